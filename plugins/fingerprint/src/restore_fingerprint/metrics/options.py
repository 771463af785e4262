"""Options that several metrics have."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

Dpi: TypeAlias = Annotated[float | None, Field(ge=50, le=5000, description="dots per inch; none: by the ridge period")]
"""Of the images: at 50 a ridge is a pixel wide, and what scanners tell beyond 5,000 is made up."""

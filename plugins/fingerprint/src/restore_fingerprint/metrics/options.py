"""Options shared by several metrics."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from restore_fingerprint.minutiae import Name

Dpi: TypeAlias = Annotated[
    float | None, Field(ge=50, le=5000, description="resolution in dpi; none: estimated from the ridge period")
]
"""Of the images: at 50 dpi a ridge is one pixel wide, and scanners beyond 5,000 dpi only interpolate."""
Extractor: TypeAlias = Annotated[Name, Field(description="minutiae extractor; auto: leader if installed, else light")]

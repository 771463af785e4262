"""Options shared by several metrics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore_fingerprint.minutiae import Minutiae, Name, within

Dpi: TypeAlias = Annotated[
    float | None, Field(ge=50, le=5000, description="resolution in dpi; none: estimated from the ridge period")
]
"""Of the images: at 50 dpi a ridge is one pixel wide, and scanners beyond 5,000 dpi only interpolate."""
Extractor: TypeAlias = Annotated[Name, Field(description="minutiae extractor; auto: leader if installed, else light")]
Mask: TypeAlias = Annotated[
    Literal["keep", "drop"],
    Field(description="minutiae within the used mask; drop: only the untouched part is compared"),
]


def untouched(found: list[Minutiae], used: Iterable[NDArray[np.bool_]] | None, mask: Mask) -> list[Minutiae]:
    """Return the minutiae of N images, with `mask="drop"` without those within the used masks, N of bool (H, W)."""
    if mask == "keep" or used is None:
        return found
    return [one[~within(one, where)] for one, where in zip(found, used, strict=True)]

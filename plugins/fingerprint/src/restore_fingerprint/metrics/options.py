"""Options shared by several metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore_fingerprint.minutiae import Minutiae, Name, within
from restore_fingerprint.ridges import dpi_by_period

Dpi: TypeAlias = Annotated[
    float | None, Field(ge=50, le=5000, description="resolution in dpi; none: estimated from the ridge period")
]
"""Of the images: at 50 dpi a ridge is one pixel wide, and scanners beyond 5,000 dpi only interpolate."""
Extractor: TypeAlias = Annotated[Name, Field(description="minutiae extractor; auto: leader if installed, else light")]
Mask: TypeAlias = Annotated[
    Literal["keep", "drop"],
    Field(description="minutiae within the used mask; drop: only the untouched part is compared"),
]


def resolution(clean: Sequence[NDArray[np.float32]] | NDArray[np.float32], dpi: float | None) -> float:
    """Return the resolution of images, N of float32 (H, W, C) in [0, 1], in dpi: the given one, or that of the ridge period.

    The estimate has two digits, so that test sets of one sensor share the cached minutiae of their clean prints.
    """
    return dpi if dpi is not None else float(f"{dpi_by_period(clean):.2g}")


def untouched(found: list[Minutiae], used: Iterable[NDArray[np.bool_]] | None, mask: Mask) -> list[Minutiae]:
    """Return the minutiae of N images, with `mask="drop"` without those within the used masks, N of bool (H, W)."""
    if mask == "keep" or used is None:
        return found
    return [one[~within(one, where)] for one, where in zip(found, used, strict=True)]

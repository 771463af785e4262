"""Whether dots per inch that somebody tells can be true, judged by the ridges themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.ridges import period

INCH = 25.4
"""Millimetres."""
RIDGE = 0.46
"""Millimetres between two ridges of an adult, the usual 9 pixels at 500 dpi."""
PLAUSIBLE = (0.30, 0.70)
"""Millimetres between two ridges, median of a print, that occur. Ridges are counted along the 7.07 mm diagonal of 25
mm2: 11 or fewer speak for a man and 12 or more for a woman (Acree 1999, Forensic Science International 102), 17 or more
for a woman or a child, so that .64 to .42 mm are usual; the rest is room for small children and for measuring."""
MIDDLE = 192
"""Pixels of the middle of a picture in which ridges are looked at: 20 ridges at 500 dpi."""
ROUND = (1, 2, 5)
"""What is told of the ridges' dpi: the nearest of these times a power of ten, as persons differ by a third."""


def ridge_period(image: NDArray[np.float32]) -> float:
    """Return the median ridge period in the middle of a picture, in pixels, NaN where there are no ridges.

    `image`: float32 (H, W) or (H, W, C) in [0, 1].
    """
    top, left = (max(0, (side - MIDDLE) // 2) for side in image.shape[:2])
    return period(image[top : top + MIDDLE, left : left + MIDDLE])


def doubts(image: NDArray[np.float32], told: Mapping[str, float]) -> Iterator[str]:
    """Yield a note for each of the dots per inch that are `told`, by who tells them, which the ridges contradict.

    `image`: float32 (H, W) or (H, W, C) in [0, 1]; without ridges nothing is contradicted.
    """
    if not told:
        return
    ridge = ridge_period(image)
    for who, dpi in told.items():
        if not PLAUSIBLE[0] <= ridge * INCH / dpi <= PLAUSIBLE[1] and math.isfinite(ridge):
            about = _rounded(ridge * INCH / RIDGE)
            yield f"{who} {dpi:.0f} dpi cannot be true, its ridges say about {about} (one print of each group is checked)"


def _rounded(value: float) -> int:
    """Return the nearest of 1, 2, 5, 10, 20, 50, ... by ratio."""
    steps: list[int] = [digit * 10**power for power in range(6) for digit in ROUND]
    return min(steps, key=lambda step: abs(math.log(step / value)))

"""Plausibility of a stated resolution, checked against the ridge period."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.ridges import period

INCH = 25.4
"""Millimetres."""
RIDGE = 0.46
"""Ridge period of an adult in millimetres: the usual 9 pixels at 500 dpi."""
PLAUSIBLE = (0.30, 0.70)
"""Range of the median ridge period of a print in millimetres. Ridges are counted along the 7.07 mm diagonal of a 25
mm² square: 11 or fewer indicate a man, 12 or more a woman (Acree 1999, Forensic Science International 102), 17 or more
a woman or a child. So .64 to .42 mm are usual; the margin covers small children and measurement error."""
MIDDLE = 192
"""Side in pixels of the central square in which ridges are measured: 20 ridges at 500 dpi."""
ROUND = (1, 2, 5)
"""The resolution indicated by the ridges is reported as the nearest of these times a power of ten, since subjects
differ by a third."""


def ridge_period(image: NDArray[np.float32]) -> float:
    """Return the median ridge period at the centre of an image, in pixels, NaN where there are no ridges.

    `image`: float32 (H, W) or (H, W, C) in [0, 1].
    """
    top, left = (max(0, (side - MIDDLE) // 2) for side in image.shape[:2])
    return period(image[top : top + MIDDLE, left : left + MIDDLE])


def doubts(image: NDArray[np.float32], stated: Mapping[str, float]) -> Iterator[str]:
    """Yield a note for each stated resolution that contradicts the ridge period.

    `image`: float32 (H, W) or (H, W, C) in [0, 1]; `stated`: dots per inch by where they are stated. An image without
    ridges contradicts none.
    """
    if not stated:
        return
    ridge = ridge_period(image)
    for where, dpi in stated.items():
        if not PLAUSIBLE[0] <= ridge * INCH / dpi <= PLAUSIBLE[1] and math.isfinite(ridge):
            about = _rounded(ridge * INCH / RIDGE)
            yield f"{where} states {dpi:.0f} dpi, but the ridge period indicates about {about} dpi (checked once per group)"


def _rounded(value: float) -> int:
    """Return the nearest of 1, 2, 5, 10, 20, 50, ... by ratio."""
    steps: list[int] = [digit * 10**power for power in range(6) for digit in ROUND]
    return min(steps, key=lambda step: abs(math.log(step / value)))

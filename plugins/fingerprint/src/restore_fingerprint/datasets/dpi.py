"""The resolution of prints: stated ones checked against the ridge period, and 1000 dpi reduced to 500."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

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

SIGMA, RADIUS = 0.8475, 4
"""Standard deviation and radius in pixels of the Gaussian low-pass filter before every second pixel is taken: of the
methods from 1000 to 500 dpi compared in NISTIR 7839 (Orandi et al. 2013), the one that it recommends."""
DOUBLE = 0.01
"""Relative error within which a resolution is twice another: formats store whole pixels per metre or centimetre."""


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


def resampled(
    image: NDArray[np.float32], header: float | None, dpi: float | None
) -> tuple[NDArray[np.float32], list[str]]:
    """Return a print, float32 (H, W, C) in [0, 1], at the resolution `dpi`, and a note where it had another.

    It is halved where its header states twice as much, unless its ridge period contradicts the header.
    """
    if header is None or dpi is None or not math.isclose(header, 2 * dpi, rel_tol=DOUBLE):
        return image, []
    if any(doubts(image, {"": header})):
        return image, [f"not resampled to {dpi:.0f} dpi: the ridge period contradicts the header's {header:.0f} dpi"]
    return halved(image), [f"resampled from {header:.0f} to {dpi:.0f} dpi"]


def halved(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return an image, float32 (H, W, C) in [0, 1], at half its resolution, (H + 1) // 2 by (W + 1) // 2 pixels."""
    smooth = gaussian_filter(image, SIGMA, radius=RADIUS, mode="nearest", axes=(0, 1))
    kept: NDArray[np.float32] = np.clip(smooth[::2, ::2], 0, 1)
    return kept


def _rounded(value: float) -> int:
    """Return the nearest of 1, 2, 5, 10, 20, 50, ... by ratio."""
    steps: list[int] = [digit * 10**power for power in range(6) for digit in ROUND]
    return min(steps, key=lambda step: abs(math.log(step / value)))

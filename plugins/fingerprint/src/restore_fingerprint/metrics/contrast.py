"""Ratio of the contrasts of restored and clean image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.ridges import grey

FLAT = 1 / 255
"""Standard deviation up to which a clean region has no contrast."""


def contrast(
    restored: NDArray[np.float32], clean: NDArray[np.float32], region: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the contrast ratio of each restored and clean image, float (N,) in [0, 1], 1 where they are equal.

    `restored`, `clean`: float32 (N, H, W, C) in [0, 1]; `region`: bool (N, H, W). Contrast is the standard deviation
    within the region. With r the ratio of restored to clean, the value is the smaller of r and 1 / r: 0 for a constant
    fill, 0.5 for half and for twice the contrast. NaN where the clean image has no contrast in the region.
    """
    made, true = _deviation(grey(restored), region), _deviation(grey(clean), region)
    values = np.full(len(true), np.nan)
    np.divide(np.minimum(made, true), np.maximum(made, true), out=values, where=true > FLAT)
    return values


def _deviation(pixels: NDArray[np.float32], region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the standard deviation of each image's pixels in its region, float (N,), NaN where it is empty."""
    count = np.count_nonzero(region, axis=(1, 2))[:, None, None]
    inside = np.where(region, pixels, 0).astype(np.float64)
    with np.errstate(invalid="ignore"):
        mean = inside.sum(axis=(1, 2), keepdims=True) / count
        variance = (np.where(region, inside - mean, 0) ** 2).sum(axis=(1, 2), keepdims=True) / count
    return np.asarray(np.sqrt(variance[:, 0, 0]))

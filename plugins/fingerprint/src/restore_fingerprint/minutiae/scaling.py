"""Prints resampled to the resolution that extractors expect."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

DPI = 500.0
"""Resolution of nearly all sensors in dpi, and the one that extractors expect."""
SAME = 0.02
"""Relative difference in resolution below which a print is not resampled."""


def enlarge(image: NDArray[np.float32], dpi: float, *, order: int = 3) -> tuple[NDArray[np.float32], float]:
    """Return an image resampled to 500 dpi, float32 (H', W') in [0, 1], and the scale factor.

    `image`: float32 (H, W) in [0, 1] at `dpi`. Splines of `order`, pixels as unit squares; images are low-pass filtered
    before they are reduced.
    """
    factor = DPI / dpi
    if abs(factor - 1) < SAME:
        return image, 1.0
    height, width = (max(1, round(side * factor)) for side in image.shape)
    source = ndimage.gaussian_filter(image, 0.4 / factor) if factor < 1 else image
    rows = np.clip((np.arange(height) + 0.5) / factor - 0.5, 0, image.shape[0] - 1)
    columns = np.clip((np.arange(width) + 0.5) / factor - 0.5, 0, image.shape[1] - 1)
    grid = np.meshgrid(rows, columns, indexing="ij")
    enlarged = ndimage.map_coordinates(source, grid, order=order, mode="nearest")
    return np.clip(enlarged, 0, 1).astype(np.float32), factor

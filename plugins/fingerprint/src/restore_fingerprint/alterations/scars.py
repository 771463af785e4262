"""The scar of a cut: skin without ridges, white, fading to both sides."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fade(distance: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Return how white a scar is at a distance from its middle, triangular: 1 there, 0 from half its `width` on."""
    if width <= 0:
        return np.zeros_like(distance)
    white: NDArray[np.float64] = np.clip(1 - distance / (width / 2), 0, 1)
    return white


def whiten(image: NDArray[np.float32], white: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return an image (H, W, C) blended with white by `white` (H, W) in [0, 1]."""
    share = white[..., np.newaxis].astype(np.float32)
    blended: NDArray[np.float32] = image + (1 - image) * share
    return blended

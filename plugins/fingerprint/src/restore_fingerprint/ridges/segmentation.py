"""Segmentation of a print into foreground and background."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore_fingerprint.ridges.grey import grey

RATIO = 0.3
"""Threshold of the local contrast, relative to that of clear ridges."""
LEAST_CONTRAST = 0.04
"""Local standard deviation below which a pixel is background."""
RIM = 1.0
"""Distance in `sigma` by which the Gaussian window extends the foreground at that threshold."""
HOLE = 0.02
"""Holes of up to this share of the foreground are gaps between ridges or scars, and are filled."""


def foreground(image: NDArray[np.floating], *, sigma: float = 4.0) -> NDArray[np.bool_]:
    """Return the foreground, bool (H, W) or (N, H, W).

    `image`: (H, W), (H, W, C), (N, H, W) or (N, H, W, C) in [0, 1]; `sigma`: pixels of the neighbourhood, a little over
    one ridge period (4 at 200 dpi, 10 at 500). The local standard deviation is thresholded relative to its 90th
    percentile; the mask is closed and opened, its largest component kept, and small holes are filled.
    Source: Mehtre and Chatterjee, Segmentation of fingerprint images - a composite method, Pattern Recognition 22(4),
    1989 (variance).
    """
    pixels = grey(image)
    if pixels.ndim == 3:
        return np.stack([foreground(one, sigma=sigma) for one in pixels]) if len(pixels) else pixels.astype(bool)
    # The outline is smooth at the scale of `sigma`, so a grid of a third of it suffices.
    step = max(1, int(sigma / 3))
    mean, square = (
        ndimage.gaussian_filter(values, sigma, mode="nearest", truncate=3.0)[::step, ::step]
        for values in (pixels, pixels * pixels)
    )
    contrast = np.sqrt(np.maximum(square - mean * mean, 0))
    least = max(LEAST_CONTRAST, RATIO * float(np.percentile(contrast, 90)))
    inside = _clean(contrast > least, sigma / step)
    return np.repeat(np.repeat(inside, step, axis=0), step, axis=1)[: pixels.shape[0], : pixels.shape[1]]


def _clean(rough: NDArray[np.bool_], sigma: float) -> NDArray[np.bool_]:
    """Return the largest component of a mask, closed and opened, with small holes filled and its rim eroded."""
    # Edge pixels are repeated, so that a foreground that fills the image is not eroded.
    rim = max(1, int(4 * sigma))
    closed = ~_grown(~_grown(np.pad(rough, rim, mode="edge"), sigma), sigma)
    opened = _grown(~_grown(~closed, 1.5 * sigma), 1.5 * sigma)
    if not opened.any():
        return rough & False
    pieces, _ = ndimage.label(opened)
    largest = pieces == np.argmax(np.bincount(pieces.ravel())[1:]) + 1
    holes, _ = ndimage.label(~largest)
    size = np.bincount(holes.ravel())
    small = size <= HOLE * np.count_nonzero(largest)
    small[np.unique(np.concatenate([holes[0], holes[-1], holes[:, 0], holes[:, -1]]))] = False
    filled = largest | (small[holes] & ~largest)
    return ~_grown(~filled, RIM * sigma)[rim:-rim, rim:-rim]


def _grown(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Return a mask dilated by a disc, bool (H, W)."""
    if not mask.any():
        return mask
    return np.asarray(ndimage.distance_transform_edt(~mask) <= radius)

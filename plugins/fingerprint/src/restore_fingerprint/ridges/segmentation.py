"""Where in a picture the finger is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore_fingerprint.ridges.grey import grey

RATIO = 0.3
"""Local contrast of the finger's rim against that of its well printed parts."""
LEAST_CONTRAST = 0.04
"""Local standard deviation below which there is no finger at all."""
RIM = 1.0
"""How many `sigma` a Gaussian window sees a finger beyond its rim at that contrast."""
HOLE = 0.02
"""Holes of up to this share of the foreground are gaps between ridges or scars, and belong to the finger."""


def foreground(image: NDArray[np.floating], *, sigma: float = 4.0) -> NDArray[np.bool_]:
    """Return where the finger is, bool (H, W) or (N, H, W).

    `image`: (H, W), (H, W, C), (N, H, W) or (N, H, W, C) in [0, 1]; `sigma`: pixels of the neighbourhood, a little over
    one ridge period (4 at 200 dpi, 10 at 500). The local standard deviation is compared with that of the better half
    of the print; then small holes are filled, the outline is opened, and the largest piece stays.
    Source: Mehtre and Chatterjee, Segmentation of fingerprint images - a composite method, Pattern Recognition 22(4),
    1989 (variance).
    """
    pixels = grey(image)
    if pixels.ndim == 3:
        return np.stack([foreground(one, sigma=sigma) for one in pixels]) if len(pixels) else pixels.astype(bool)
    # The outline is as smooth as `sigma`, so a third of it is fine enough a grid.
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
    """Return the largest piece of a mask, closed and opened, its small holes filled, its rim pulled in."""
    # Edge pixels are repeated, so that a finger that fills the picture keeps its rim.
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

"""Where in a picture the finger is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore_fingerprint.ridges.grey import grey

RATIO = 0.5
"""Local contrast of the finger's rim against that of its well printed parts."""
LEAST_CONTRAST = 0.04
"""Local standard deviation below which there is no finger at all."""
HOLE = 0.05
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
    mean = ndimage.gaussian_filter(pixels, sigma, mode="nearest")
    square = ndimage.gaussian_filter(pixels * pixels, sigma, mode="nearest")
    contrast = np.sqrt(np.maximum(square - mean * mean, 0))
    return _clean((contrast > max(LEAST_CONTRAST, RATIO * float(np.percentile(contrast, 90)))), sigma)


def _clean(rough: NDArray[np.bool_], sigma: float) -> NDArray[np.bool_]:
    """Return the largest piece of a mask, closed and opened, its small holes filled."""
    # Edge pixels are repeated, so that a finger that fills the picture keeps its rim.
    rim = max(1, int(3 * sigma))
    closed = ~_grown(~_grown(np.pad(rough, rim, mode="edge"), sigma), sigma)
    opened = _grown(~_grown(~closed, 1.5 * sigma), 1.5 * sigma)[rim:-rim, rim:-rim]
    pieces, _ = ndimage.label(opened)
    largest = pieces == np.argmax(np.bincount(pieces.ravel())[1:]) + 1 if opened.any() else opened
    holes, _ = ndimage.label(~largest)
    size = np.bincount(holes.ravel())
    outside = np.unique(np.concatenate([holes[0], holes[-1], holes[:, 0], holes[:, -1]]))
    small = size <= HOLE * np.count_nonzero(largest)
    small[outside] = False
    return np.asarray(largest | (small[holes] & ~largest), bool)


def _grown(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Return a mask dilated by a disc, bool (H, W)."""
    if not mask.any():
        return mask
    return np.asarray(ndimage.distance_transform_edt(~mask) <= radius)

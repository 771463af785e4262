"""What the alterations share of a picture: its grey values, where the finger lies, how wide its ridges are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore.api import RequestError
from restore_fingerprint.ridges import period

SMALLEST = 32
"""The shorter side of a picture, in pixels, from which on the alterations work."""
OFFICIAL_AREA = 97 * 90
"""Pixels of a print of SOCOFing without its frame; sizes were measured on those."""
SIDE = OFFICIAL_AREA**0.5
"""Its side: the square root of its pixels."""
OFFICIAL_PERIOD = 3.16
"""Median ridge period there, in pixels (docs/decisions/0003-synthetic-prints.md)."""
DARK = 0.6
"""Darker than this share of the paper's grey is ink: halfway between the ridges (0 to .3) and the paper (.9 to 1) of
real prints."""


def check_size(image: NDArray[np.float32], name: str) -> None:
    """Raise RequestError for an image (H, W, C) in [0, 1] that is too small for the corruption `name`."""
    height, width = image.shape[:2]
    if min(height, width) < SMALLEST:
        raise RequestError(
            f"a picture of {height}x{width} pixels is too small for {name}",
            where=f"corruption {name}",
            hint=f"use pictures of {SMALLEST}x{SMALLEST} pixels or more",
        )


def scale_of(image: NDArray[np.float32]) -> float:
    """Return how many pixels of an image (H, W, C) go on one of an official print, by area.

    Within 5 % it is 1: an official print padded or cropped to another frame has the same pixels.
    """
    scale = float(np.sqrt(image.shape[0] * image.shape[1] / OFFICIAL_AREA))
    return 1.0 if abs(scale - 1) < 0.05 else scale


def grain_of(image: NDArray[np.float32]) -> float:
    """Return how many pixels of an image (H, W, C) go on one of an official print, by the ridge period.

    For what is as wide as a ridge: scars, cuts, spots. By area where no ridges are found.
    """
    found = period(image)
    return found / OFFICIAL_PERIOD if np.isfinite(found) else scale_of(image)


def paper_of(image: NDArray[np.float32]) -> np.float32:
    """Return the grey in [0, 1] of an image (H, W, C) where nothing touches: 1 on paper, a half on a grey ground."""
    return np.float32(max(float(np.quantile(image, 0.98)), 1 / 255))


def ink_of(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much ink an image (H, W, C) has, float32 (H, W, C) in [0, 1]: 0 for its paper, 1 for black."""
    ink: NDArray[np.float32] = np.clip(1 - image / paper_of(image), 0, 1).astype(np.float32)
    return ink


def round_grey(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values of any shape, cut to [0, 1] and rounded to the 256 grey values of a picture file, float32."""
    rounded: NDArray[np.float32] = (np.rint(np.clip(values, 0, 1) * 255) / 255).astype(np.float32)
    return rounded


def foreground(image: NDArray[np.float32], window: float, share: float = 0.25) -> NDArray[np.bool_]:
    """Return where the finger touches, bool (H, W): where a `share` of a square of `window` pixels is ink."""
    ink = (image.mean(axis=-1) < DARK * paper_of(image)).astype(np.float32)
    side = max(3, 2 * round(window / 2) + 1)
    found: NDArray[np.bool_] = ndimage.binary_fill_holes(ndimage.uniform_filter(ink, side, mode="nearest") > share)
    return found


def skin_of(image: NDArray[np.float32], grain: float) -> NDArray[np.bool_]:
    """Return where skin lies, bool (H, W): the foreground of an image (H, W, C), and a few pixels beyond the ridges."""
    return foreground(image, 11 * grain, share=0.06)

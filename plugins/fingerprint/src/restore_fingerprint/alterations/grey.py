"""Measurements that the alterations share: grey values, foreground and scale of a print."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore.api import RequestError
from restore_fingerprint.ridges import period

SMALLEST = 32
"""Minimum length in pixels of an image's shorter side."""
OFFICIAL_AREA = 97 * 90
"""Pixels of a SOCOFing print without its frame, on which all sizes were measured."""
SIDE = OFFICIAL_AREA**0.5
"""Its side: the square root of its area."""
OFFICIAL_PERIOD = 3.16
"""Median ridge period there, in pixels (docs/decisions/0003-synthetic-prints.md)."""
DARK = 0.6
"""Pixels darker than this share of the background's grey are ink: halfway between ridges (0 to .3) and background (.9
to 1) of real prints."""


def check_size(image: NDArray[np.float32], name: str) -> None:
    """Raise `RequestError` for an image (H, W, C) in [0, 1] that is too small for the corruption `name`."""
    height, width = image.shape[:2]
    if min(height, width) < SMALLEST:
        raise RequestError(
            f"an image of {height}x{width} pixels is too small",
            code="too-small",
            where=f"corruption {name}",
            hint=f"use images of at least {SMALLEST}x{SMALLEST} pixels",
        )


def scale_of(image: NDArray[np.float32]) -> float:
    """Return the scale of an image (H, W, C) relative to a SOCOFing print, pixels per pixel, by area.

    Within 5 % the scale is 1: padding or cropping a SOCOFing print to another frame does not rescale it.
    """
    scale = float(np.sqrt(image.shape[0] * image.shape[1] / OFFICIAL_AREA))
    return 1.0 if abs(scale - 1) < 0.05 else scale


def grain_of(image: NDArray[np.float32]) -> float:
    """Return the scale of an image (H, W, C) relative to a SOCOFing print, pixels per pixel, by the ridge period.

    For structures as wide as a ridge: scars, cuts, spots. By area where no ridges are found.
    """
    found = period(image)
    return found / OFFICIAL_PERIOD if np.isfinite(found) else scale_of(image)


def paper_of(image: NDArray[np.float32]) -> np.float32:
    """Return the background grey in [0, 1] of an image (H, W, C): 1 on white, a half on a grey sensor."""
    return np.float32(max(float(np.quantile(image, 0.98)), 1 / 255))


def ink_of(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the amount of ink of an image (H, W, C), float32 (H, W, C) in [0, 1]: 0 for background, 1 for black."""
    ink: NDArray[np.float32] = np.clip(1 - image / paper_of(image), 0, 1).astype(np.float32)
    return ink


def round_grey(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values of any shape, clipped to [0, 1] and rounded to multiples of 1/255, float32."""
    rounded: NDArray[np.float32] = (np.rint(np.clip(values, 0, 1) * 255) / 255).astype(np.float32)
    return rounded


def foreground(image: NDArray[np.float32], window: float, share: float = 0.25) -> NDArray[np.bool_]:
    """Return the foreground, bool (H, W): where at least a `share` of a square of `window` pixels is ink."""
    ink = (image.mean(axis=-1) < DARK * paper_of(image)).astype(np.float32)
    side = max(3, 2 * round(window / 2) + 1)
    found: NDArray[np.bool_] = ndimage.binary_fill_holes(ndimage.uniform_filter(ink, side, mode="nearest") > share)
    return found


def skin_of(image: NDArray[np.float32], grain: float) -> NDArray[np.bool_]:
    """Return the skin, bool (H, W): the foreground of an image (H, W, C) and a few pixels beyond the ridges."""
    return foreground(image, 11 * grain, share=0.06)

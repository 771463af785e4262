"""What the alterations share of a picture: its grey values, where the finger lies, how wide its ridges are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from restore.api import RequestError

SMALLEST = 32
"""The shorter side of a picture, in pixels, from which on the alterations work."""
OFFICIAL_AREA = 97 * 90
"""Pixels of a print of SOCOFing without its frame; sizes were measured on those."""
SIDE = OFFICIAL_AREA**0.5
"""Its side: the square root of its pixels."""
OFFICIAL_PERIOD = 3.16
"""Median ridge period there, in pixels (docs/decisions/0003-synthetic-prints.md)."""
DARK = 0.6
"""Darker than this is ink: halfway between the ridges (0 to .3) and the paper (.9 to 1) of real prints."""


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
    period = ridge_period(image)
    return period / OFFICIAL_PERIOD if np.isfinite(period) else scale_of(image)


def round_grey(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return values of any shape, cut to [0, 1] and rounded to the 256 grey values of a picture file, float32."""
    rounded: NDArray[np.float32] = (np.rint(np.clip(values, 0, 1) * 255) / 255).astype(np.float32)
    return rounded


def foreground(image: NDArray[np.float32], window: float, share: float = 0.25) -> NDArray[np.bool_]:
    """Return where the finger touches, bool (H, W): where a `share` of a square of `window` pixels is ink."""
    ink = (image.mean(axis=-1) < DARK).astype(np.float32)
    side = max(3, 2 * round(window / 2) + 1)
    found: NDArray[np.bool_] = ndimage.binary_fill_holes(ndimage.uniform_filter(ink, side, mode="nearest") > share)
    return found


def ridge_period(image: NDArray[np.float32]) -> float:
    """Return the ridge period of an image (H, W, C) in pixels, NaN where no period stands out.

    The peak of the radial power spectrum of the middle of the picture, between 2.1 pixels and an eighth of the side.
    """
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    grey = image[top : top + side, left : left + side].mean(axis=-1, dtype=np.float64)
    fine = grey - ndimage.uniform_filter(grey, max(3, side // 8))
    size = fft.next_fast_len(side)
    window = np.hanning(side)
    power = np.abs(fft.rfft2(fine * np.outer(window, window), (size, size))) ** 2
    ring = np.rint(np.hypot(fft.fftfreq(size)[:, None], fft.rfftfreq(size)[None, :]) * size).astype(int)
    radial = np.bincount(ring.ravel(), power.ravel()) / np.bincount(ring.ravel())
    radial = ndimage.gaussian_filter1d(radial, 1)
    first, last = 8, int(size / 2.1)
    if last <= first + 2 or not radial[first:last].any():
        return float("nan")
    peak = first + int(np.argmax(radial[first:last]))
    if radial[peak] < 2 * np.median(radial[first:last]):
        return float("nan")
    return float(size / peak)

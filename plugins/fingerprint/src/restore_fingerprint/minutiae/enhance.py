"""Ridges made even: normalised, then smoothed along their orientation."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from restore_fingerprint.ridges import Orientation

ANGLES = 16
"""Orientations of the filters, 11 degrees apart: an answer loses at most 3 % between two."""
NOISE = 0.02
"""Local standard deviation that is taken for noise of the sensor and not made larger."""


def normalise(pixels: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Return grey values less their local mean over their local standard deviation, float32 (H, W).

    `pixels`: float32 (H, W) in [0, 1]; `sigma`: pixels of the neighbourhood.
    """
    mean = ndimage.gaussian_filter(pixels, sigma, mode="nearest", truncate=3.0)
    square = ndimage.gaussian_filter(pixels * pixels, sigma, mode="nearest", truncate=3.0)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    return np.asarray((pixels - mean) / (deviation + NOISE), np.float32)


def enhance(pixels: NDArray[np.float32], ridges: Orientation, period: float) -> NDArray[np.float32]:
    """Return how much each pixel is ridge (below 0) or valley (above), float32 (H, W), any values.

    `pixels`: normalised, float32 (H, W); `ridges`: where they run, (H, W); `period`: pixels between two of them. Even
    Gabor filters, one period along the ridge, half a period across, as wide in angle as their number needs; the answer
    of the two nearest angles is blended. Source: Hong, Wan and Jain, Fingerprint image enhancement: algorithm and
    performance evaluation, PAMI 20(8), 1998.
    """
    rim = int(2 * period)
    padded = np.pad(pixels, rim, mode="reflect")
    size = (fft.next_fast_len(padded.shape[0]), fft.next_fast_len(padded.shape[1], real=True))
    spectrum = fft.rfft2(padded, size)
    answers = fft.irfft2(spectrum * _filters(size, round(period * 4) / 4), size)
    answers = answers[:, rim : rim + pixels.shape[0], rim : rim + pixels.shape[1]]
    place = ridges.angle * (ANGLES / np.pi)
    low = place.astype(int)
    share = place - low
    rows, columns = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    return np.asarray(
        (1 - share) * answers[low % ANGLES, rows, columns] + share * answers[(low + 1) % ANGLES, rows, columns],
        np.float32,
    )


@functools.lru_cache(maxsize=8)
def _filters(size: tuple[int, int], period: float) -> NDArray[np.float32]:
    """Return the filters' transforms, float32 (angles, H, W / 2 + 1): zero at no frequency, 1 at the ridges'."""
    up, right = -fft.fftfreq(size[0])[:, None], fft.rfftfreq(size[1])[None, :]
    along_sigma, across_sigma = period, period / 2
    filters = []
    for angle in np.arange(ANGLES) * np.pi / ANGLES:
        along = right * np.cos(angle) + up * np.sin(angle)
        across = -right * np.sin(angle) + up * np.cos(angle)
        low = np.exp(-2 * (np.pi * along_sigma * along) ** 2)
        lobes = sum(np.exp(-2 * (np.pi * across_sigma * (across - side / period)) ** 2) for side in (-1, 1))
        filters.append(low * lobes)
    made = np.stack(filters).astype(np.float32)
    made[:, 0, 0] = 0
    made.setflags(write=False)
    return made

"""Ridge enhancement: local normalisation, then oriented filters."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from restore_fingerprint.ridges import Orientation

ANGLES = 16
"""Number of filter orientations, 11 degrees apart: between two of them the response drops by at most 3 %."""
NOISE = 0.02
"""Local standard deviation of sensor noise, which is not amplified."""


def normalise(pixels: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Return grey values normalised by local mean and standard deviation, float32 (H, W).

    `pixels`: float32 (H, W) in [0, 1]; `sigma`: pixels of the neighbourhood.
    """
    mean = ndimage.gaussian_filter(pixels, sigma, mode="nearest", truncate=3.0)
    square = ndimage.gaussian_filter(pixels * pixels, sigma, mode="nearest", truncate=3.0)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    return np.asarray((pixels - mean) / (deviation + NOISE), np.float32)


def enhance(pixels: NDArray[np.float32], ridges: Orientation, period: float) -> NDArray[np.float32]:
    """Return the response of oriented filters, float32 (H, W), any values: negative on ridges, positive in valleys.

    `pixels`: normalised, float32 (H, W); `ridges`: their orientation, (H, W); `period`: the ridge period in pixels.
    Even Gabor filters with standard deviations of one period along the ridge and half a period across; the responses at
    the two nearest of the filters' orientations are blended. Source: Hong, Wan and Jain, Fingerprint image enhancement:
    algorithm and performance evaluation, PAMI 20(8), 1998.
    """
    rim = int(2 * period)
    padded = np.pad(pixels, rim, mode="reflect")
    size = (fft.next_fast_len(padded.shape[0]), fft.next_fast_len(padded.shape[1], real=True))
    spectrum = fft.rfft2(padded, size)
    responses = fft.irfft2(spectrum * _filters(size, round(period * 4) / 4), size)
    responses = responses[:, rim : rim + pixels.shape[0], rim : rim + pixels.shape[1]]
    place = ridges.angle * (ANGLES / np.pi)
    low = place.astype(int)
    share = place - low
    rows, columns = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
    return np.asarray(
        (1 - share) * responses[low % ANGLES, rows, columns] + share * responses[(low + 1) % ANGLES, rows, columns],
        np.float32,
    )


@functools.lru_cache(maxsize=8)
def _filters(size: tuple[int, int], period: float) -> NDArray[np.float32]:
    """Return the transfer functions, float32 (angles, H, W / 2 + 1): 0 at frequency 0, 1 at the ridge frequency."""
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

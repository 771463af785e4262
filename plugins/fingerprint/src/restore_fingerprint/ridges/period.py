"""Ridge period, by the local spectrum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import fft, ndimage

from restore_fingerprint.ridges.grey import grey

FIRST_WINDOW = 48
"""Side of the windows of the first pass in pixels: five ridges at 500 dpi, fifteen at 170."""
RIDGES = 9
"""Ridge periods per window of the second pass: enough for a sharp peak, few enough for straight ridges."""
SHORTEST, LONGEST = 2.1, 25.0
"""Range of ridge periods in pixels: just above Nyquist, to widely spaced ridges at 1,000 dpi."""
LEAST_CONTRAST = 0.03
"""Minimum standard deviation of a window with ridges; sensor noise stays below."""
PERIOD_AT_500 = 9.0
"""Ridge period in pixels at 500 dpi."""
SAMPLED = 16
"""Number of prints from which a sensor's resolution is estimated."""
LEAST_PEAK = 4.0
"""Minimum ratio of the spectrum's peak to its median; white noise reaches 2."""


def period(image: NDArray[np.floating]) -> float:
    """Return the median ridge period of one image in pixels, NaN where there are no ridges.

    `image`: (H, W) or (H, W, C) in [0, 1].
    """
    periods, _ = _windows(grey(image))
    known = periods[~np.isnan(periods)]
    return float(np.median(known)) if known.size else float("nan")


def period_map(image: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the local ridge period in pixels, float32 (H, W), NaN where no window around a pixel has ridges.

    `image`: (H, W) or (H, W, C) in [0, 1]. In square Hann windows of nine ridge periods that overlap by two thirds, the
    peak of the radially averaged power spectrum, multiplied by frequency, is refined by a parabola; between windows the
    period is interpolated. Source: the short-time Fourier analysis of Chikkerur, Cartwright and Govindaraju,
    Fingerprint enhancement using STFT analysis, Pattern Recognition 40(1), 2007.
    """
    pixels = grey(image)
    periods, window = _windows(pixels)
    if not periods.size:
        return np.full(pixels.shape, np.nan, np.float32)
    known = ~np.isnan(periods)
    step = window // 3
    place = [(np.arange(side) - (window - 1) / 2) / step for side in pixels.shape]
    grid = np.meshgrid(*(np.clip(p, 0, n - 1) for p, n in zip(place, periods.shape, strict=True)), indexing="ij")
    total, weight = (
        ndimage.map_coordinates(values, grid, order=1, mode="nearest")
        for values in (np.where(known, periods, 0.0), known.astype(np.float64))
    )
    found = np.full(pixels.shape, np.nan)
    np.divide(total, weight, out=found, where=weight > 0)
    return found.astype(np.float32)


def dpi_by_period(images: Sequence[NDArray[np.floating]] | NDArray[np.floating]) -> float:
    """Return the resolution in dpi estimated from the ridge period, 500 where there are no ridges.

    `images`: (N, H, W) or (N, H, W, C) in [0, 1], or N of mixed sizes; prints of one sensor, sixteen of which are measured. Assumes a ridge
    period of 0.46 mm (Maltoni, Maio, Jain and Feng, Handbook of Fingerprint Recognition, section 3.1), 9 pixels at 500
    dpi; for the prints of a single subject the estimate may be off by a fifth.
    """
    chosen = range(0, len(images), max(1, len(images) // SAMPLED))[:SAMPLED]
    periods = np.array([period(grey(images[i])) for i in chosen])
    known = periods[~np.isnan(periods)]
    return 500 * float(np.median(known)) / PERIOD_AT_500 if known.size else 500.0


def _windows(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float64], int]:
    """Return the ridge periods of windows spaced by a third of their side, float64 (rows, columns), and the side."""
    window = min(FIRST_WINDOW, *pixels.shape)
    if window < RIDGES:
        return np.zeros((0, 0)), window
    rough = _peaks(pixels, window, window // 2)
    known = rough[~np.isnan(rough)]
    if not known.size:
        return np.zeros((0, 0)), window
    finer = min(int(RIDGES * np.median(known)), *pixels.shape)
    return _peaks(pixels, finer, finer // 3), finer


def _peaks(pixels: NDArray[np.float32], window: int, step: int) -> NDArray[np.float64]:
    """Return the period at the spectral peak of each window, float64 (rows, columns), NaN where there is no peak."""
    windows = sliding_window_view(pixels, (window, window))[::step, ::step]
    hann = np.outer(np.hanning(window + 2)[1:-1], np.hanning(window + 2)[1:-1]).astype(np.float32)
    hann /= hann.sum()
    means = np.einsum("ijkl,kl->ij", windows, hann)[..., None, None]
    centred = (windows - means) * hann
    contrast = np.sqrt(np.einsum("ijkl,ijkl->ij", centred, windows - means))
    # Padded to at least twice the side, so that the parabola's three points lie on one lobe.
    size = fft.next_fast_len(2 * window, real=True)
    spectrum = fft.rfft2(centred, (size, size))
    power = spectrum.real**2 + spectrum.imag**2
    cycles = np.hypot(fft.fftfreq(size)[:, None], fft.rfftfreq(size)[None, :])
    ring = np.rint(cycles * size).astype(int).ravel()
    order = np.argsort(ring, kind="stable")
    starts = np.searchsorted(ring[order], np.arange(size // 2 + 1))
    area = np.diff(np.append(starts, np.searchsorted(ring[order], size // 2 + 1)))
    sums = np.add.reduceat(power.reshape(*power.shape[:2], -1)[..., order], starts, axis=-1)
    radial = sums / area * np.arange(size // 2 + 1)
    # Fewer than one and a half waves per window are shading, not ridges.
    first = max(int(np.ceil(size / LONGEST)), int(np.ceil(1.5 * size / window)))
    last = int(size / SHORTEST)
    band = radial[..., first : last + 1]
    peak = first + np.argmax(band, axis=-1)
    before, at, after = (np.take_along_axis(radial, (peak + k)[..., None], -1)[..., 0] for k in (-1, 0, 1))
    bend = before - 2 * at + after
    shift = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, -1), 0.0)
    inner = (peak > first) & (peak < last)
    clear = at > LEAST_PEAK * np.median(band, axis=-1)
    return np.where(inner & clear & (contrast > LEAST_CONTRAST), size / (peak + shift), np.nan)

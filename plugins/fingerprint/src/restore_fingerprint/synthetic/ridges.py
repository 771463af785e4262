"""Ridges grown from noise by steerable oriented filters; minutiae emerge in the process."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy import fft

# Samples per ridge period. At 3 or 4 the harmonics of the clipping (3rd, 5th) alias onto the ridge frequency and lock
# ridges to the grid; at 3.2 they fall outside the filters' band.
SAMPLES = 3.2
# Iterations of filtering and clipping: fewer leave grey patches, more remove the last minutiae.
ROUNDS = 8
# Number of angular harmonics 0, 2, 4 ... of the filter, and the sd of their Gaussian weights: that of the filter in
# angle is 1 / 3.6 radians.
HARMONICS = 4
HARMONIC_SPREAD = 3.6
# Relative bandwidth (sd) of the filters around the ridge frequency.
BAND = 0.2


def grow(angle: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the cubic spline coefficients of a ridge pattern that follows `angle`, about [-1, 1], 1 on the crests.

    `angle`: float32 (H, W), radians, counter-clockwise with y upward (rows run downward), `SAMPLES` pixels per ridge.
    Noise is filtered along the local orientation and clipped, iteratively (as in SFinGe: Cappelli, Maio and Maltoni
    2002). The filters are steerable (Freeman and Adelson 1991): 2 `HARMONICS` - 1 inverse transforms yield the exact
    response at the angle of every pixel.
    """
    height, width = angle.shape
    bank = _bank(height, width)
    steer = np.empty((2 * HARMONICS - 1, height, width), dtype=np.float32)
    steer[0] = 1
    turn = np.exp(2j * angle).astype(np.complex64)
    power = turn
    for order in range(1, HARMONICS):
        steer[2 * order - 1], steer[2 * order] = power.real, power.imag
        power = power * turn
    ridges = rng.standard_normal((height, width), dtype=np.float32)
    for _ in range(ROUNDS):
        parts = fft.irfft2(fft.rfft2(ridges) * bank, s=(height, width), overwrite_x=True)
        ridges = np.einsum("khw,khw->hw", parts, steer)
        ridges = np.tanh(ridges * (1.5 / np.sqrt(np.vdot(ridges, ridges) / ridges.size)))
    return np.asarray(fft.irfft2(fft.rfft2(ridges) * _spline(height, width), s=(height, width)))


def pores(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a field of unit variance, high at sweat pores, float32 `shape`.

    `SAMPLES` pixels per ridge. Ridges have 9 to 18 pores per centimetre (Maltoni, Maio, Jain and Prabhakar 2009), one
    every 1.2 to 2.4 ridge periods.
    """
    return _banded(shape, 0.65, 0.2, rng)


def beads(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a field of unit variance, the granularity of ridges, float32 `shape`.

    `SAMPLES` pixels per ridge. Dry ridges break up into dots spaced by 0.7 to 1.1 ridge periods, as observed on real
    prints at 500 dpi.
    """
    return _banded(shape, 1.15, 0.25, rng)


def _banded(shape: tuple[int, int], middle: float, spread: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return band-pass noise of unit variance around `middle` cycles per ridge period, float32 `shape`."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    field = fft.irfft2(fft.rfft2(noise) * _band(*shape, middle, spread), s=shape)
    return np.asarray(field / field.std(), dtype=np.float32)


@functools.lru_cache(maxsize=32)
def _spline(height: int, width: int) -> NDArray[np.float32]:
    """Return the transfer function from samples to periodic cubic spline coefficients, float32 (H, W // 2 + 1)."""
    rows, columns = _frequencies(height, width)
    response = (2 + np.cos(2 * np.pi * rows)) * (2 + np.cos(2 * np.pi * columns)) / 9
    return _frozen(1 / response)


@functools.lru_cache(maxsize=32)
def _band(height: int, width: int, middle: float, spread: float) -> NDArray[np.float32]:
    """Return the band-pass transfer function around `middle` cycles per ridge period, float32 (H, W // 2 + 1)."""
    rows, columns = _frequencies(height, width)
    return _frozen(np.exp(-0.5 * ((np.hypot(rows, columns) * SAMPLES - middle) / spread) ** 2))


@functools.lru_cache(maxsize=32)
def _bank(height: int, width: int) -> NDArray[np.float32]:
    """Return the filters' transfer functions, float32 (2 HARMONICS - 1, H, W // 2 + 1)."""
    rows, columns = _frequencies(height, width)
    radial = np.exp(-0.5 * ((np.hypot(rows, columns) * SAMPLES - 1) / BAND) ** 2)
    # Rows run downward and angles upward; the wave vector is perpendicular to the ridge.
    across = np.arctan2(-rows, columns) - np.pi / 2
    parts = [radial]
    for order in range(2, 2 * HARMONICS, 2):
        weight = 2 * np.exp(-0.5 * (order / HARMONIC_SPREAD) ** 2)
        parts += [weight * radial * np.cos(order * across), weight * radial * np.sin(order * across)]
    return _frozen(np.stack(parts))


def _frequencies(height: int, width: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the frequencies of a real transform, cycles per pixel: (H, 1) down the rows, (1, W // 2 + 1) across."""
    return fft.fftfreq(height)[:, None], fft.rfftfreq(width)[None, :]


def _frozen(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return `values` as read-only float32, since they are cached."""
    frozen = values.astype(np.float32)
    frozen.setflags(write=False)
    return frozen

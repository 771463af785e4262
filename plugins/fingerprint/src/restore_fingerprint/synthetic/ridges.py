"""Ridges grown from noise by steerable oriented filters, so that minutiae appear by themselves."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy import fft

# Samples per ridge period. Not 3 or 4: there the harmonics that the clipping makes (3rd, 5th) alias onto the ridges'
# own frequency and lock them to the grid; at 3.2 they fall beside the filters' band.
SAMPLES = 3.2
ROUNDS = 12
# Angular harmonics 0, 2, 4 ... of the filter.
HARMONICS = 5


def grow(angle: NDArray[np.float32], rng: np.random.Generator, *, rounds: int = ROUNDS) -> NDArray[np.float32]:
    """Return a ridge pattern that follows `angle`, about [-1, 1], a ridge where positive.

    `angle`: float (H, W), radians, counter-clockwise with y upward (rows run downward), `SAMPLES` pixels per ridge.
    Noise is filtered along the local orientation and clipped, again and again (the idea of SFinGe: Cappelli, Maio and
    Maltoni 2002). The filters are steerable (Freeman and Adelson 1991): 2 `HARMONICS` - 1 inverse transforms give the
    exact response at every pixel's own angle.
    """
    height, width = angle.shape
    bank = _bank(height, width)
    steer = np.stack([f(m * angle) for m in range(2, 2 * HARMONICS, 2) for f in (np.cos, np.sin)]).astype(np.float32)
    ridges = rng.standard_normal((height, width), dtype=np.float32)
    for _ in range(rounds):
        spectrum = fft.rfft2(ridges)
        parts = fft.irfft2(spectrum * bank, s=(height, width))
        ridges = parts[0] + np.einsum("khw,khw->hw", parts[1:], steer)
        ridges = np.tanh(ridges * (1.5 / ridges.std()))
    return ridges


@functools.lru_cache(maxsize=4)
def _bank(height: int, width: int) -> NDArray[np.float32]:
    """Return the filters' transfer functions, float32 (2 HARMONICS - 1, H, W // 2 + 1)."""
    fy = -fft.fftfreq(height)[:, None]
    fx = fft.rfftfreq(width)[None, :]
    radius = np.hypot(fx, fy) * SAMPLES
    radial = np.exp(-0.5 * ((radius - 1) / 0.16) ** 2)
    # The wave runs across the ridge.
    across = np.arctan2(fy, fx) - np.pi / 2
    orders = np.arange(0, 2 * HARMONICS, 2)
    # Harmonics of a narrow bell in angle.
    weights = np.exp(-0.5 * (orders / (0.9 * HARMONICS)) ** 2)
    parts = [radial * weights[0]]
    for order, weight in zip(orders[1:], weights[1:], strict=True):
        parts += [2 * weight * radial * np.cos(order * across), 2 * weight * radial * np.sin(order * across)]
    bank = np.stack(parts).astype(np.float32)
    bank.setflags(write=False)
    return bank


def pores(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a field of unit variance, high at sweat pores, float32 `shape`, `SAMPLES` pixels per ridge.

    There are 9 to 18 pores in a centimetre of ridge (Maltoni, Maio, Jain and Prabhakar 2009), one every 1.2 to 2.4
    ridge periods.
    """
    height, width = shape
    radius = np.hypot(fft.fftfreq(height)[:, None], fft.rfftfreq(width)[None, :]) * SAMPLES
    band = np.exp(-0.5 * ((radius - 0.65) / 0.2) ** 2).astype(np.float32)
    field = fft.irfft2(fft.rfft2(rng.standard_normal((height, width), dtype=np.float32)) * band, s=(height, width))
    return np.asarray(field / field.std(), dtype=np.float32)

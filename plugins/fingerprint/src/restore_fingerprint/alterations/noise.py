"""Smooth random fields: gradient noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gradient_noise(
    shape: tuple[int, int], period: float, rng: np.random.Generator, *, octaves: int = 4, persistence: float = 0.5
) -> NDArray[np.float64]:
    """Return gradient noise, float64 (H, W), about -0.7 to 0.7, zero at every multiple of `period` pixels.

    Random unit vectors, of which two components are used, at the points of a square lattice that starts at the first
    pixel, blended by 3t²-2t³ (Perlin 1985, An image synthesizer). Each further octave has half the period and
    `persistence` of the amplitude; octaves finer than two pixels are left out, since they are zero at every pixel or
    alias.
    """
    field = np.zeros(shape)
    amplitude = 1.0
    for _ in range(octaves):
        if period < 2:
            break
        field += amplitude * _octave(shape, period, rng)
        amplitude *= persistence
        period /= 2
    return field


def _octave(shape: tuple[int, int], period: float, rng: np.random.Generator) -> NDArray[np.float64]:
    rows, columns = np.arange(shape[0]) / period, np.arange(shape[1]) / period
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    size = (int(top[-1]) + 2, int(left[-1]) + 2)
    turn = rng.uniform(0, 2 * np.pi, size)
    length = np.sqrt(1 - rng.uniform(-1, 1, size) ** 2)
    down, right = length * np.sin(turn), length * np.cos(turn)
    y, x = (rows - top)[:, None], (columns - left)[None, :]

    def corner(i: int, j: int) -> NDArray[np.float64]:
        at = np.ix_(top + i, left + j)
        dot: NDArray[np.float64] = down[at] * (y - i) + right[at] * (x - j)
        return dot

    u, v = x * x * (3 - 2 * x), y * y * (3 - 2 * y)
    above = corner(0, 0) * (1 - u) + corner(0, 1) * u
    below = corner(1, 0) * (1 - u) + corner(1, 1) * u
    blended: NDArray[np.float64] = above * (1 - v) + below * v
    return blended

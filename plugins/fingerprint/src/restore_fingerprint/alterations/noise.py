"""Gradient noise, from random gradients or from those of the official alterations."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Gradients = NDArray[np.float64]
PERMUTATION = np.frombuffer(
    bytes.fromhex(
        "e19bd26cafc7dd90cb7446d5459e21fc0552ad85de8bae1b09475af64b825bbfa98a0297c2eb51071971e49fcdfd868e"
        "f841e0d91679e53f596760689c11c9812408a56eed75e73884d39814b56fefdaaaa333ac9d2f50d4b0fa573163f288bd"
        "a2732c2b7c5e96108df7200ac6dfff4835835439dcc53a32d00bf11c03c03eca12d799184c290fb3272e370680a717bc"
        "6a22bb8ca44970b6f4c3e30d234dc4b91ac8e2771f7ba87df944b7e6b187a0b40c01f39466a626eefb25f07e404aa128"
        "b895abb265421d3b923dfe6b2a569a04ece87815e9d12d62c1724e13ce0e767f304f93551ecfdb3658eabe7a5f438f6d"
        "89d6915d5c64f500d8ba3c536961cc34"
    ),
    np.uint8,
).astype(np.intp)
"""The permutation of Peachey's lattice noises (Ebert et al. 2003, Texturing and Modeling, 3rd edition, page 70)."""
SEED = 2137491492
"""Seed of the generator of the official gradients, found by fitting with a correlation of .993."""


def gradient_noise(
    shape: tuple[int, int],
    period: float,
    gradients: Gradients | np.random.Generator,
    *,
    octaves: int = 4,
    persistence: float = 0.5,
    origin: float = 0.0,
) -> NDArray[np.float64]:
    """Return gradient noise, float64 (H, W), about -0.7 to 0.7, zero at every multiple of `period` pixels.

    Gradients at the points of a square lattice that starts `origin` pixels before the first pixel are selected by a
    hash of their position from `gradients`, float64 (256, 2), or from 256 drawn by a generator, and blended by 3t²-2t³
    (Perlin 1985, An image synthesizer). Each further octave has half the period and `persistence` times the amplitude;
    octaves of less than two pixels are omitted, since they are zero at every pixel or alias.
    """
    table = draw_gradients(gradients) if isinstance(gradients, np.random.Generator) else gradients
    field = np.zeros(shape)
    amplitude = 1.0
    for _ in range(octaves):
        if period < 2:
            break
        field += amplitude * _octave(shape, period, table, origin)
        amplitude *= persistence
        period /= 2
    return field


def draw_gradients(rng: np.random.Generator) -> Gradients:
    """Return the x and y components of 256 random unit vectors in space, float64 (256, 2)."""
    uniform = rng.random((256, 2))
    return _vectors(uniform)


@cache
def official_gradients() -> Gradients:
    """Return the gradients of the skin texture in SOCOFing's obliterations, float64 (256, 2), read-only.

    Uniform numbers come from Knuth's subtractive generator (The Art of Computer Programming 2, 3.2.2) in the form
    of Numerical Recipes' ran3.
    """
    modulus = 2**31 - 1
    state = [0] * 56
    last = (161803398 - SEED) % modulus
    state[55] = last
    step = 1
    for index in range(1, 55):
        place = 21 * index % 55
        state[place] = step
        step = (last - step) % modulus
        last = state[place]
    for _ in range(4):
        for index in range(1, 56):
            state[index] = (state[index] - state[1 + (index + 30) % 55]) % modulus
    numbers = []
    for index in range(512):
        here = index % 55 + 1
        state[here] = (state[here] - state[(index + 21) % 55 + 1]) % modulus
        numbers.append(state[here] / modulus)
    gradients = _vectors(np.array(numbers).reshape(256, 2))
    gradients.flags.writeable = False
    return gradients


def _vectors(uniform: NDArray[np.float64]) -> Gradients:
    """Return x and y of points on the unit sphere, float64 (N, 2), from uniform heights and directions."""
    height = 1 - 2 * uniform[:, 0]
    turn = 2 * np.pi * uniform[:, 1]
    points: Gradients = np.sqrt(1 - height**2)[:, np.newaxis] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return points


def _octave(shape: tuple[int, int], period: float, gradients: Gradients, origin: float) -> NDArray[np.float64]:
    rows, columns = (np.arange(shape[0]) + origin) / period, (np.arange(shape[1]) + origin) / period
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    y, x = (rows - top)[:, np.newaxis], (columns - left)[np.newaxis, :]

    def corner(down: int, right: int) -> NDArray[np.float64]:
        line = PERMUTATION[(top + down + PERMUTATION[0]) & 255]
        index = PERMUTATION[(left[np.newaxis, :] + right + line[:, np.newaxis]) & 255]
        dot: NDArray[np.float64] = gradients[index, 0] * (x - right) + gradients[index, 1] * (y - down)
        return dot

    u, v = x * x * (3 - 2 * x), y * y * (3 - 2 * y)
    above = corner(0, 0) * (1 - u) + corner(0, 1) * u
    below = corner(1, 0) * (1 - u) + corner(1, 1) * u
    blended: NDArray[np.float64] = above * (1 - v) + below * v
    return blended

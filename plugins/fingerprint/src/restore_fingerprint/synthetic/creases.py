"""Creases: white lines across the ridges, a little bent and ragged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Crease:
    """A line from `start` to `end`, complex millimetres, that bows aside by `bow` and is `half` wide to each side.

    `ragged`: how much its width varies, of itself, and `waves`: radians per millimetre along it with which it does.
    """

    start: complex
    end: complex
    bow: float
    half: float
    ragged: float
    waves: float


def draw_creases(rng: np.random.Generator) -> tuple[Crease, ...]:
    """Return a finger's creases: mostly none or a few, many on one finger in eight, rather across it than along it."""
    many = rng.random() < 0.12
    return tuple(_crease(rng) for _ in range(int(rng.poisson(5 if many else 0.8))))


def press_creases(
    ridges: NDArray[np.float32], creases: tuple[Crease, ...], z: NDArray[np.complexfloating], depth: float
) -> None:
    """Lower `ridges`, float32 (H, W) from -1 to 1, at the points `z` that lie in creases, by up to `depth`."""
    for crease in creases:
        way = crease.end - crease.start
        length = abs(way)
        local = (z - crease.start) * complex(way.conjugate() / length)
        share = np.clip(local.real / length, 0, 1)
        aside = local.imag - 4 * crease.bow * share * (1 - share)
        beyond = local.real - share * length
        half = crease.half * (1 + crease.ragged * np.sin(crease.waves * local.real)) * (0.4 + 2.4 * share * (1 - share))
        ridges -= (depth * np.exp(-((aside**2 + beyond**2) / half**2))).astype(np.float32)


def _crease(rng: np.random.Generator) -> Crease:
    middle = complex(rng.uniform(-6, 6), rng.uniform(-9, 7))
    half = rng.gamma(2, 1.0) + 0.6
    angle = rng.normal(0, 0.4) if rng.random() < 0.75 else rng.uniform(0, np.pi)
    way = half * np.exp(1j * angle)
    return Crease(
        complex(middle - way),
        complex(middle + way),
        bow=float(rng.normal(0, 0.12) * half),
        half=float(0.09 * np.exp(rng.normal(0, 0.5))),
        ragged=float(rng.uniform(0.1, 0.4)),
        waves=float(rng.uniform(3, 9)),
    )

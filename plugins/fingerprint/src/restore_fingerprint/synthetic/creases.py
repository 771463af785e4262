"""Creases: bright lines across the ridges, slightly curved and ragged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Crease:
    """A line from `start` to `end`, complex, in millimetres, with a sagitta `bow` and a half width `half`.

    `ragged`: relative modulation of its width; `waves`: frequency of the modulation in radians per millimetre.
    """

    start: complex
    end: complex
    bow: float
    half: float
    ragged: float
    waves: float


def draw_creases(rng: np.random.Generator) -> tuple[Crease, ...]:
    """Return the creases of a finger: mostly none or a few, many on one finger in eight, mainly transverse."""
    many = rng.random() < 0.12
    return tuple(_crease(rng) for _ in range(int(rng.poisson(5 if many else 0.8))))


def press_creases(
    ridges: NDArray[np.float32], creases: tuple[Crease, ...], z: NDArray[np.complexfloating], depth: float
) -> None:
    """Lower `ridges`, float32 (H, W) from -1 to 1, in place by up to `depth` where their points `z` lie in creases."""
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

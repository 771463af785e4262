"""A random finger: pattern class, singular points and shape of the ridge flow, before ridges are grown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from restore_fingerprint.synthetic.creases import Crease, draw_creases

Pattern: TypeAlias = Literal["arch", "tented arch", "left loop", "right loop", "whorl"]

# Arches 5 %, loops 63 %, whorls 32 %: the centre of the ranges in fingerprint handbooks (5, 60-65, 30-35 %). Arches to
# tented arches and left to right loops as 3.7 : 2.9 and 33.8 : 31.7 (Wilson, Candela and Watson 1993).
PROPORTIONS: Mapping[Pattern, float] = {
    "arch": 0.028,
    "tented arch": 0.022,
    "left loop": 0.325,
    "right loop": 0.305,
    "whorl": 0.32,
}


@dataclass(frozen=True, slots=True)
class Finger:
    """The parameters of a finger; points are complex, x to the right, y upward, in millimetres.

    The origin is the centre of the pattern. `loops`, `deltas`: the singular points. `bend`: angles in radians by which
    ridges fall off to the left and to the right of the centre. `waves`: rows of (amplitude in radians, wave vector x
    and y in radians per millimetre, phase), smooth irregularities of the ridge flow. `stretch`: relative change of the
    ridge period per millimetre along x and y. `swell`: rows of (displacement x and y in millimetres, wave vector x and
    y, phase) that vary the ridge period locally. `period`: mean ridge period in millimetres.
    """

    pattern: Pattern
    loops: tuple[complex, ...]
    deltas: tuple[complex, ...]
    bend: tuple[float, float]
    waves: tuple[tuple[float, float, float, float], ...]
    stretch: tuple[float, float]
    swell: tuple[tuple[float, float, float, float, float], ...]
    period: float
    creases: tuple[Crease, ...]


def draw_pattern(rng: np.random.Generator) -> Pattern:
    """Return a random pattern class, in natural proportions."""
    names = list(PROPORTIONS)
    return names[int(np.searchsorted(np.cumsum(list(PROPORTIONS.values())), rng.random(), side="right").clip(max=4))]


def draw_finger(rng: np.random.Generator) -> Finger:
    """Return a random finger, its pattern class in natural proportions.

    The mean ridge period is 0.435 mm, 8.6 pixels at 500 dpi (roughly half a millimetre: Maltoni, Maio, Jain and
    Prabhakar 2009), and varies by 7 % between fingers, as in real small prints (benchmarks/prints.py). Positions of
    singular points and bend were tuned by eye against real prints.
    """
    pattern = draw_pattern(rng)
    loops, deltas, bend = _SINGULARITIES[pattern](rng)
    waves = tuple(
        (float(amplitude), float(x), float(y), float(phase))
        for amplitude, x, y, phase in zip(
            rng.normal(0, 0.06, 4),
            rng.normal(0, 0.45, 4),
            rng.normal(0, 0.45, 4),
            rng.uniform(0, 2 * np.pi, 4),
            strict=True,
        )
    )
    creases = draw_creases(rng)
    period = float(0.435 * np.exp(rng.normal(0, 0.07)))
    stretch = (float(rng.normal(0, 0.004)), float(rng.normal(-0.006, 0.005)))
    return Finger(pattern, loops, deltas, bend, waves, stretch, _swell(rng), period, creases)


def _swell(rng: np.random.Generator) -> tuple[tuple[float, float, float, float, float], ...]:
    """Return waves that vary the ridge period within a finger by a tenth (sd), as measured on real prints."""
    rows = []
    for _ in range(5):
        across, upward = rng.normal(0, 0.7, 2)
        displaced = 0.125 / max(np.hypot(across, upward), 0.4) * np.exp(1j * rng.uniform(0, 2 * np.pi))
        phase = float(rng.uniform(0, 2 * np.pi))
        rows.append((float(displaced.real), float(displaced.imag), float(across), float(upward), phase))
    return tuple(rows)


def _point(rng: np.random.Generator, x: float, y: float, spread: float) -> complex:
    return complex(x + spread * rng.normal(), y + spread * rng.normal())


def _arch(rng: np.random.Generator) -> tuple[tuple[complex, ...], tuple[complex, ...], tuple[float, float]]:
    bend = float(rng.uniform(0.75, 1.05))
    return (), (), (bend, bend)


def _tented(rng: np.random.Generator) -> tuple[tuple[complex, ...], tuple[complex, ...], tuple[float, float]]:
    core = _point(rng, 0, 0, 0.3)
    return (core,), (core - complex(rng.normal(0, 0.3), rng.uniform(2.5, 5)),), (0.55, 0.55)


def _left(rng: np.random.Generator) -> tuple[tuple[complex, ...], tuple[complex, ...], tuple[float, float]]:
    core = _point(rng, 0, 0, 0.4)
    delta = core + complex(rng.uniform(3.5, 6.5), -rng.uniform(3.5, 6.5))
    return (core,), (delta,), (float(rng.uniform(0.6, 0.85)), float(rng.uniform(0.2, 0.4)))


def _right(rng: np.random.Generator) -> tuple[tuple[complex, ...], tuple[complex, ...], tuple[float, float]]:
    (core,), (delta,), (left, right) = _left(rng)
    return (complex(-core.real, core.imag),), (complex(-delta.real, delta.imag),), (right, left)


def _whorl(rng: np.random.Generator) -> tuple[tuple[complex, ...], tuple[complex, ...], tuple[float, float]]:
    middle = _point(rng, 0, 0, 0.3)
    # Half the distance between the cores: below a ridge period a plain whorl, above 1.5 mm a double loop.
    half = complex(rng.normal(0, 0.5), np.abs(rng.normal(0.6, 0.6)) + 0.2)
    deltas = (
        middle + complex(-rng.uniform(4.5, 7), -rng.uniform(4, 7)),
        middle + complex(rng.uniform(4.5, 7), -rng.uniform(4, 7)),
    )
    return (middle + half, middle - half), deltas, (float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.05, 0.3)))


_SINGULARITIES = {"arch": _arch, "tented arch": _tented, "left loop": _left, "right loop": _right, "whorl": _whorl}

"""How skin stretches where a finger is dragged on the glass: the model of Cappelli, Maio and Maltoni (2001)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.complexfloating]

STEEPEST = 0.35
"""What `Distortion` adds changes by less than this share of the way between two points, so that it can be undone."""
ROUNDS = 40
"""Of the inverse's fixed point: the error shrinks by `STEEPEST` each time, far below any pixel."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """Skin dragged in the plane of the sensor: three regions around `middle`, complex points in millimetres.

    Within an ellipse of the axes `held` (half width, half height) the finger presses so hard that its skin sticks.
    Far outside, the skin moves with the bone, by `drag` and a turn by `twist` radians. Between, over `slack` times the
    ellipse's size, the skin stretches smoothly from the one to the other.
    """

    middle: complex
    held: tuple[float, float]
    drag: complex
    twist: float
    slack: float

    def displace(self, z: Points) -> Points:
        """Return by how much the points `z` move."""
        offset = z - self.middle
        outside = np.hypot(offset.real / self.held[0], offset.imag / self.held[1]) - 1
        # The brake: 0 where skin sticks, 1 where it is free, half a cosine between them.
        free = 0.5 - 0.5 * np.cos(np.pi * np.clip(outside / self.slack, 0, 1))
        return np.asarray(free * (self.drag + offset * complex(np.exp(1j * self.twist) - 1)))

    def apply(self, z: Points) -> Points:
        """Return where the points `z` come to lie."""
        return np.asarray(z + self.displace(z))

    def undo(self, z: Points) -> Points:
        """Return the points that come to lie at `z`."""
        found = z
        for _ in range(ROUNDS):
            found = z - self.displace(found)
        return np.asarray(found)


def draw_distortion(half: tuple[float, float], strength: float, rng: np.random.Generator) -> Distortion:
    """Return a distortion of a contact whose half width and height are `half`, in millimetres.

    `strength`: standard deviation of the drag in millimetres; skin turns by 5 degrees for a millimetre of it. What is
    drawn is weakened where it would be steeper than `STEEPEST`: with a brake of slope pi / (2 slack) per ellipse, that
    keeps the map one to one.
    """
    middle = complex(*(rng.normal(0, 0.15, 2) * half))
    held = (half[0] * float(rng.uniform(0.25, 0.5)), half[1] * float(rng.uniform(0.25, 0.5)))
    drag = complex(*rng.normal(0, strength, 2))
    twist = float(rng.normal(0, np.deg2rad(5) * strength))
    slack = float(rng.uniform(1.0, 2.5))
    reach = (1 + slack) * max(held)
    steepness = (abs(drag) + abs(twist) * reach) * np.pi / (2 * slack * min(held)) + abs(twist)
    weaker = min(1.0, STEEPEST / steepness) if steepness else 1.0
    return Distortion(middle, held, drag * weaker, twist * weaker, slack)

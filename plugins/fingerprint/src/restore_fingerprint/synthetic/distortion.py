"""Elastic distortion of skin dragged over a sensor: the model of Cappelli, Maio and Maltoni (2001)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.complexfloating]

STEEPEST = 0.35
"""Lipschitz constant of the displacement, below 1 so that a distortion can be inverted."""
ROUNDS = 40
"""Fixed-point iterations of the inverse: each shrinks the error by `STEEPEST`, to far below a pixel."""


@dataclass(frozen=True, slots=True)
class Distortion:
    """Skin dragged in the plane of the sensor: three regions around `middle`; points are complex, in millimetres.

    Inside an ellipse with half axes `held` (half width, half height) pressure makes the skin stick. Far outside, the
    skin moves rigidly with the bone, translated by `drag` and rotated by `twist` radians. In between, over `slack`
    times the size of the ellipse, the displacement increases smoothly.
    """

    middle: complex
    held: tuple[float, float]
    drag: complex
    twist: float
    slack: float

    def displace(self, z: Points) -> Points:
        """Return the displacement of the points `z`."""
        offset = z - self.middle
        outside = np.hypot(offset.real / self.held[0], offset.imag / self.held[1]) - 1
        # The brake function: 0 where skin sticks, 1 where it is free, half a cosine in between.
        free = 0.5 - 0.5 * np.cos(np.pi * np.clip(outside / self.slack, 0, 1))
        return np.asarray(free * (self.drag + offset * complex(np.exp(1j * self.twist) - 1)))

    def apply(self, z: Points) -> Points:
        """Return the distorted positions of the points `z`."""
        return np.asarray(z + self.displace(z))

    def undo(self, z: Points) -> Points:
        """Return the points whose distorted positions are `z`."""
        found = z
        for _ in range(ROUNDS):
            found = z - self.displace(found)
        return np.asarray(found)


def draw_distortion(half: tuple[float, float], strength: float, rng: np.random.Generator) -> Distortion:
    """Return a random distortion of a contact with half width and half height `half`, in millimetres.

    `strength`: standard deviation of the drag in millimetres; that of the twist is 5 degrees per millimetre. Drag and
    twist are reduced where the displacement would be steeper than `STEEPEST`, given the brake's slope of pi / (2 slack)
    per ellipse, so that the map stays one to one.
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

"""The canvas of a portrait: soft shapes, noise and blending on arrays.

Pictures are float32 (3, H, W) in linear light, so that light adds up and half covered pixels come out right; sRGB is
taken as its square root.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore_face.portrait.person import Colour

Plane = NDArray[np.float32]
"""float32 (H, W)."""


def linear(colour: Colour) -> Plane:
    """Return an sRGB colour in linear light, float32 (3, 1, 1)."""
    return np.square(np.array(colour, np.float32))[:, np.newaxis, np.newaxis]


def blend(picture: NDArray[np.float32], colour: NDArray[np.float32], alpha: Plane) -> None:
    """Lay `colour`, (3, 1, 1) or (3, H, W), over the picture in place, as far as `alpha` (H, W) in [0, 1] covers it."""
    picture += alpha * (colour - picture)


def darken(picture: NDArray[np.float32], amount: Plane) -> None:
    """Take the share `amount` (H, W) of its light from the picture in place."""
    picture *= 1 - amount


def step(low: float, high: float, x: Plane) -> Plane:
    """Return 0 below `low`, 1 above `high`, smooth between; `low` may be the larger one."""
    t = np.clip((x - low) * (1 / (high - low)), 0, 1)
    smooth: Plane = t * t * (3 - 2 * t)
    return smooth


def bump(x: Plane, y: Plane, centre: tuple[float, float], spread: tuple[float, float]) -> Plane:
    """Return a Gaussian hill of height 1."""
    hill: Plane = np.exp(-np.square((x - centre[0]) * (1 / spread[0])) - np.square((y - centre[1]) * (1 / spread[1])))
    return hill


def line(distance: Plane, width: float) -> Plane:
    """Return a soft line of height 1 along distance 0."""
    profile: Plane = np.exp(-np.square(distance * (1 / width)))
    return profile


@dataclass(frozen=True, slots=True)
class Grain:
    """Smooth random fields over a picture of one size."""

    rng: np.random.Generator
    shape: tuple[int, int]

    def field(self, cells: float) -> Plane:
        """Return a random field (H, W) of mean 0 and standard deviation near 1, `cells` cells high and wide."""
        rows, columns = _weights(self.shape[0], cells), _weights(self.shape[1], cells)
        nodes = self.rng.standard_normal((rows.shape[1], columns.shape[1]), dtype=np.float32)
        smooth: Plane = rows @ nodes @ columns.T
        return smooth


def _weights(length: int, cells: float) -> Plane:
    """Return the weights (length, nodes) of a quadratic B-spline, scaled to keep the standard deviation near 1."""
    place = np.linspace(0, cells, length, dtype=np.float32)
    gap = np.abs(place[:, np.newaxis] - np.arange(-1, int(cells) + 3, dtype=np.float32) + 0.5)
    spline = np.where(gap < 0.5, 0.75 - gap * gap, np.where(gap < 1.5, 0.5 * np.square(1.5 - gap), 0))
    weights: Plane = (spline * 1.35).astype(np.float32)
    return weights

"""The canvas of a portrait: soft shapes, noise and blending on arrays.

Images are float32 (3, H, W) in linear light, so that light is additive and partly covered pixels blend correctly; sRGB
is approximated by its square root.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from restore_face.portrait.person import Colour

Plane: TypeAlias = NDArray[np.floating[Any]]
"""float32 (H, W)."""
Image: TypeAlias = NDArray[np.floating[Any]]
"""float32 (3, H, W), or (3, 1, 1) for a colour."""


def linear(colour: Colour) -> Image:
    """Return an sRGB colour in linear light, float32 (3, 1, 1)."""
    return np.square(np.array(colour, np.float32))[:, np.newaxis, np.newaxis]


def blend(image: Image, colour: Image, alpha: Plane) -> None:
    """Blend `colour`, (3, 1, 1) or (3, H, W), over the image in place, with opacity `alpha` (H, W) in [0, 1]."""
    image += alpha * (colour - image)


def darken(image: Image, amount: Plane) -> None:
    """Reduce the light of the image in place by the share `amount` (H, W)."""
    image *= 1 - amount


def step(low: Plane | float, high: float, x: Plane) -> Plane:
    """Return a smooth step from 0 at `low` to 1 at `high`; `low` may be the larger one."""
    t = np.clip((x - low) * (1 / (high - low)), 0, 1)
    smooth: Plane = t * t * (3 - 2 * t)
    return smooth


def bump(x: Plane, y: Plane, centre: tuple[float, float], spread: tuple[float, float]) -> Plane:
    """Return a Gaussian of height 1."""
    hill: Plane = np.exp(-np.square((x - centre[0]) * (1 / spread[0])) - np.square((y - centre[1]) * (1 / spread[1])))
    return hill


def line(distance: Plane, width: float) -> Plane:
    """Return a Gaussian line profile of height 1 at distance 0."""
    profile: Plane = np.exp(-np.square(distance * (1 / width)))
    return profile


@dataclass(frozen=True, slots=True)
class Grain:
    """Smooth random fields over an image."""

    rng: np.random.Generator
    shape: tuple[int, int]

    def field(self, cells: float) -> Plane:
        """Return a random field (H, W), mean 0, standard deviation about 1, with `cells` along its shorter side."""
        down, across = (cells * length / min(self.shape) for length in self.shape)
        nodes = self.rng.standard_normal((int(down) + 4, int(across) + 4), dtype=np.float32)
        return _spline(_spline(nodes, self.shape[0], down).T, self.shape[1], across).T


def _spline(nodes: Plane, length: int, cells: float) -> Plane:
    """Return `length` rows of the quadratic B-spline over rows of nodes, scaled to keep the standard deviation."""
    place = np.linspace(0, cells, length, dtype=np.float32)
    first = place.astype(np.intp)
    t = (place - np.floor(place))[:, np.newaxis]
    weights = (0.5 * np.square(1 - t), 0.5 + t - t * t, 0.5 * t * t)
    # The mean over t of the sum of the squared weights is 0.55.
    rows: Plane = weights[0] * nodes[first] + weights[1] * nodes[first + 1] + weights[2] * nodes[first + 2]
    rows *= 0.55**-0.5
    return rows

"""Scratches: thin lines across an image, straight or bent."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore.builtin.corruptions.strokes import cover

POINTS = 13
"""Points of the polyline that stands for a curve."""
BEND = 0.25
"""Distance of a scratch's middle from the straight line between its ends, at most, as a share of its length."""


def scratches(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    count: Annotated[int, Field(ge=1, le=1000, description="number of scratches")] = 3,
    length: Annotated[float, Field(gt=0, le=2, description="longest scratch, as a share of the diagonal")] = 0.6,
    width: Annotated[float, Field(ge=1, le=50, description="widest scratch in pixels; the narrowest has 1")] = 3.0,
    fill: Annotated[
        float | None, Field(ge=0, le=1, description="grey value; none: nearly white or nearly black, drawn for each")
    ] = None,
) -> Damaged:
    """Draw `count` scratches at random positions over an image, float32 (H, W, C) in [0, 1].

    Each is a quadratic Bézier curve in any direction, between a third of `length` and `length` long, opaque, with soft
    edges half a pixel wide. The mask is true where a scratch covers any part of a pixel. `truth["scratches"]`: row and
    column of start, control point and end of each, in pixels, pixel centres at integers.
    """
    height, width_of_image = shape = image.shape[:2]
    damaged, mask, drawn = image.copy(), np.zeros(shape, bool), []
    for _ in range(count):
        reach = length * float(np.hypot(height, width_of_image)) * rng.uniform(1 / 3, 1)
        middle = rng.random(2) * (height - 1, width_of_image - 1)
        turn = rng.uniform(0, np.pi)
        along = np.array([np.sin(turn), np.cos(turn)]) * reach / 2
        across = np.array([-along[1], along[0]]) * 2
        # A quadratic curve passes at half the distance of its control point.
        ends = middle - along, middle + 2 * rng.uniform(-BEND, BEND) * across, middle + along
        grey = rng.choice([rng.uniform(0, 0.1), rng.uniform(0.9, 1)]) if fill is None else fill
        covered = cover(shape, _curve(*ends), rng.uniform(1, width))
        mask |= covered > 0
        damaged += (np.float32(grey) - damaged) * covered[..., np.newaxis]
        drawn.append(np.round(ends, 3).tolist())
    return Damaged(np.clip(damaged, 0, 1, out=damaged), mask, {"scratches": drawn})


def _curve(start: NDArray[np.float64], control: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points of a quadratic Bézier curve, (POINTS, 2)."""
    t = np.linspace(0, 1, POINTS)[:, np.newaxis]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)

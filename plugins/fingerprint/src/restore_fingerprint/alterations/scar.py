"""Scars: healed cuts across the ridges, straight or curved."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import ndimage

from restore.api import Damaged
from restore_fingerprint.alterations.grey import SIDE, check_size, foreground, grain_of, round_grey, scale_of, skin_of
from restore_fingerprint.alterations.noise import gradient_noise
from restore_fingerprint.alterations.scars import whiten


def scar(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    count: Annotated[int, Field(ge=1, le=50, description="number of scars")] = 2,
    length: Annotated[
        float, Field(gt=0, le=2, description="length of a scar, relative to the square root of the image's area")
    ] = 0.5,
    width: Annotated[float, Field(gt=0, le=20, description="width of a scar in ridge periods")] = 0.9,
    bend: Annotated[
        float, Field(ge=0, le=1, description="standard deviation of the bow, relative to a scar's length")
    ] = 0.15,
) -> Damaged:
    """Draw white scars across a print, straight or curved, tapering towards their ends, with frayed rims.

    The print is float32 (H, W, C) in [0, 1]; only its foreground is changed. `truth`: `scars`, for each scar three
    points [row, column] in pixels: start, control point and end of a quadratic Bézier curve.
    """
    check_size(image, "scar")
    height, across = shape = image.shape[:2]
    grain = grain_of(image)
    inside = np.argwhere(foreground(image, 9 * grain))
    reach = length * scale_of(image) * SIDE
    fray = gradient_noise(shape, 4 * grain, rng, octaves=2)
    white = np.zeros(shape)
    drawn = []
    for _ in range(count):
        middle = inside[rng.integers(len(inside))] if len(inside) else np.array(shape) / 2
        turn = rng.uniform(0, np.pi)
        way = reach * rng.uniform(0.6, 1.2) / 2 * np.array([np.sin(turn), np.cos(turn)])
        side = rng.normal(0, bend) * 2 * np.array([-way[1], way[0]])
        points = np.stack([middle - way, middle + 2 * side, middle + way])
        along = np.linspace(0, 1, int(4 * np.hypot(*way)) + 8)[:, np.newaxis]
        path = (1 - along) ** 2 * points[0] + 2 * along * (1 - along) * points[1] + along**2 * points[2]
        at = np.rint(path).astype(np.intp)
        seen = ((at >= 0) & (at < (height, across))).all(axis=1)
        if seen.any():
            apart = np.ones(shape, bool)
            apart[tuple(at[seen].T)] = False
            distance, nearest = ndimage.distance_transform_edt(apart, return_indices=True)
            place = np.zeros(shape)
            place[tuple(at[seen].T)] = along[seen, 0]
            ends = np.sqrt(np.clip(4 * place[tuple(nearest)] * (1 - place[tuple(nearest)]), 0, 1))
            half = width * grain * 3.16 / 2 * ends * (1 + 0.8 * fray)
            white = np.maximum(white, np.clip((half - distance) / (0.4 * grain) + 0.5, 0, 1) * (half > 0))
        drawn.append(np.round(points, 3).tolist())
    white *= skin_of(image, grain)
    mask = white > 0
    damaged = image.copy()
    damaged[mask] = round_grey(whiten(image, 0.95 * white)[mask])
    return Damaged(damaged, mask, {"scars": drawn})

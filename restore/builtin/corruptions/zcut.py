"""The z-cut: a Z-plasty, which exchanges two triangular flaps of an image."""

from __future__ import annotations

from math import cos, sin, sqrt
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.ndimage import map_coordinates

from restore.api import Damaged, RequestError
from restore.builtin.corruptions.strokes import squared_distance

SMALLEST = 16
"""Least shorter side of an image, in pixels; below it, a flap would be a handful of pixels."""


def zcut(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    area: Annotated[float, Field(gt=0, le=0.5, description="area of the parallelogram as a share of the image")] = 0.13,
    scar: Annotated[float, Field(ge=0, le=20, description="width of the white scar in pixels, 0 for none")] = 3.0,
) -> Damaged:
    """Exchange the two flaps of a Z-plasty at a random position of an image.

    `image`: float32 (H, W, C) in [0, 1]. The parallelogram is close to the surgeon's: a rhombus whose flaps are
    equilateral triangles (60°), its angle varied by 15° and the ratio of its sides by a quarter, in any direction;
    where it would not fit into the image, it is shrunk. The mask is true inside it and under the scar.
    `truth["corners"]`: float32 (4, 2), row and column of TL, TR, BR, BL in pixels, pixel centres at integers. Raises
    `RequestError` for an image with a side below 16 pixels.
    """
    height, width = image.shape[:2]
    if min(height, width) < SMALLEST:
        raise RequestError(
            f"an image of {height}x{width} pixels is too small for a z-cut",
            code="image-too-small",
            where="corruption zcut",
            hint=f"use images of {SMALLEST}x{SMALLEST} pixels or larger",
        )
    corners = _draw_corners(height, width, area, rng)
    damaged, mask = transpose_flaps(image, corners, scar)
    return Damaged(damaged, mask, {"corners": corners})


def transpose_flaps(
    image: NDArray[np.float32], corners: NDArray[np.float32], scar: float = 0.0
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return an image with its flaps exchanged, float32 (H, W, C) in [0, 1], and the mask of affected pixels.

    `corners` (4, 2): row and column of TL, TR, BR, BL. The triangle (TL, BL, BR) is mapped to (TL, BL, TR), corner by
    corner in that order, and (TL, TR, BR) to (BL, TR, BR): each by an affine map that leaves its uncut side, the hinge
    (TL, BL or TR, BR), in place, resampled bilinearly. The scar is a white line with a triangular profile, `scar`
    pixels wide at its base, along the three cuts (TL, TR), (BL, BR), (BL, TR).
    """
    origin, right, _, down = corners.astype(np.float64)
    u, v = right - origin, down - origin
    reach = scar / 2
    low = np.maximum(np.floor(corners.min(0) - reach).astype(int), 0)
    high = np.minimum(np.ceil(corners.max(0) + reach).astype(int) + 1, image.shape[:2])
    window = np.s_[low[0] : high[0], low[1] : high[1]]
    rows, columns = np.arange(low[0], high[0])[:, np.newaxis], np.arange(low[1], high[1])

    # A pixel is TL + s·u + t·v. Both maps move along v only: s is kept, and t is sampled at s + t, less one beyond the
    # new cut (BL, TR).
    y, x = rows - origin[0], columns - origin[1]
    determinant = u[0] * v[1] - u[1] * v[0]
    s = (y * v[1] - x * v[0]) / determinant
    t = (x * u[0] - y * u[1]) / determinant
    inside = (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    shift = np.where(s + t < 1, s, s - 1)[inside]
    source = np.stack(np.nonzero(inside)) + low[:, np.newaxis] + v[:, np.newaxis] * shift

    damaged = image.copy()
    view = damaged[window]
    for channel in range(image.shape[2]):
        view[inside, channel] = map_coordinates(image[..., channel], source, order=1, mode="nearest")
    mask = np.zeros(image.shape[:2], bool)
    mask[window] = inside
    if scar:
        tl, tr, br, bl = corners.astype(np.float64)
        cuts = ((tl, tr), (bl, br), (bl, tr))
        distance = np.sqrt(np.min([squared_distance(rows, columns, a, b) for a, b in cuts], axis=0))
        white = np.clip(1 - distance / reach, 0, 1).astype(np.float32)[..., np.newaxis]
        view += (1 - view) * white
        mask[window] |= white[..., 0] > 0
    return damaged, mask


def _draw_corners(height: int, width: int, area: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw TL, TR, BR, BL of a parallelogram of `area`·H·W pixels, shrunk where it would not fit."""
    turn, angle = np.deg2rad(rng.uniform((0, 105), (360, 135))).tolist()
    ratio = rng.uniform(0.8, 1.25)
    stretch = sqrt(ratio)
    u = stretch * np.array([sin(turn), cos(turn)])
    v = np.array([sin(turn + angle), cos(turn + angle)]) / stretch
    shape = np.stack([-u - v, u - v, u + v, v - u]) / 2
    extent = np.ptp(shape, axis=0)
    room = np.array([height - 1, width - 1])
    scale = min(sqrt(area * height * width / sin(angle)), *(room / extent))
    place = rng.random(2) * np.maximum(room - scale * extent, 0)
    corners: NDArray[np.float64] = scale * (shape - shape.min(0)) + place
    return corners.astype(np.float32)

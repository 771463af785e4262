"""The z-cut: a Z-plasty, two triangular flaps of the print that change places."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore_fingerprint.alterations.grey import check_size, grain_of, round_grey
from restore_fingerprint.alterations.place import draw_place
from restore_fingerprint.alterations.resample import Sampling, bilinear
from restore_fingerprint.alterations.scars import fade, whiten

Corners = NDArray[np.float64]


def zcut(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    area: Annotated[float, Field(gt=0, le=0.5, description="of the parallelogram as a share of the picture")] = 0.13,
    scar: Annotated[float, Field(ge=0, le=50, description="width of the scars along the cuts, in ridges")] = 1.1,
) -> Damaged:
    """Exchange the two flaps of a Z-plasty, resampled bilinearly, and scar the three cuts.

    `truth["corners"]`: float32 (4, 2), row and column of TL, TR, BR, BL in pixels, whole numbers the centres of
    pixels. What lay in the triangle (TL, BL, BR) lies in (TL, BL, TR), corner by corner, and what lay in
    (TL, TR, BR) in (BL, TR, BR).
    """
    check_size(image, "zcut")
    height, width = image.shape[:2]
    grain = grain_of(image)
    corners = _draw_corners(image, area, rng)
    sampling = exchange_flaps((height, width), corners)
    rows, columns = np.ogrid[:height, :width]
    tl, tr, br, bl = corners
    nearest = np.min([_distance(rows, columns, a, b) for a, b in ((tl, tr), (bl, br), (bl, tr))], axis=0)
    white = fade(nearest, scar * grain * 3.16)
    damaged = image.copy()
    damaged[sampling.target] = sampling.apply(image)
    mask = sampling.target | (white > 0)
    damaged[mask] = round_grey(whiten(damaged, white)[mask])
    return Damaged(damaged, mask, {"corners": corners.astype(np.float32)})


def exchange_flaps(shape: tuple[int, int], corners: Corners) -> Sampling:
    """Return the sampling that exchanges the flaps of a parallelogram TL, TR, BR, BL, float (4, 2), of a picture.

    Each flap moves along its hinge, (TL, BL) or (TR, BR), alone: a pure shear that keeps the hinge in place.
    """
    tl, tr, _, bl = corners.astype(np.float64)
    u, v = tr - tl, bl - tl
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    y, x = rows - tl[0], columns - tl[1]
    determinant = u[0] * v[1] - u[1] * v[0]
    s = (y * v[1] - x * v[0]) / determinant
    t = (x * u[0] - y * u[1]) / determinant
    target = (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
    shift = np.where(s + t < 1, s, s - 1)[target]
    at = np.nonzero(target)
    return bilinear(target, at[0] + v[0] * shift, at[1] + v[1] * shift)


def _draw_corners(image: NDArray[np.float32], area: float, rng: np.random.Generator) -> Corners:
    """Draw TL, TR, BR, BL of a parallelogram of `area`·H·W pixels, smaller where it would not fit."""
    height, width = image.shape[:2]
    turn, angle = np.deg2rad(rng.uniform((-35, 60), (-5, 120))).tolist()
    stretch = float(np.sqrt(rng.uniform(0.8, 1.25)))
    u = stretch * np.array([np.sin(turn), np.cos(turn)])
    v = np.array([np.sin(turn + angle), np.cos(turn + angle)]) / stretch
    shape = np.stack([-u - v, u - v, u + v, v - u]) / 2
    room = np.array([height - 1, width - 1])
    extent = np.ptp(shape, axis=0)
    size = min(float(np.sqrt(area * height * width / np.sin(angle))), *(room / extent).tolist())
    reach = size * extent / 2
    centre = draw_place(image, rng, reach=(float(reach[0]), float(reach[1])))
    corners: Corners = size * shape + np.array(centre)
    return corners


def _distance(rows: NDArray[np.int_], columns: NDArray[np.int_], a: Corners, b: Corners) -> NDArray[np.float64]:
    """Return the distance in pixels from the segment between `a` and `b`, `rows` (H, 1), `columns` (1, W)."""
    way = b - a
    y, x = rows - a[0], columns - a[1]
    along = np.clip((y * way[0] + x * way[1]) / (way @ way), 0, 1)
    away: NDArray[np.float64] = np.hypot(y - along * way[0], x - along * way[1])
    return away

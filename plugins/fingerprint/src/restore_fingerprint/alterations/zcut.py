"""The z-cut: a Z-plasty, which exchanges two triangular flaps of the print."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore_fingerprint.alterations.grey import SIDE, check_size, foreground, paper_of, round_grey, scale_of
from restore_fingerprint.alterations.place import draw_place
from restore_fingerprint.alterations.resample import Sampling, bilinear

Corners = NDArray[np.float64]
SCAR = 0.93
"""Grey value of the scar between flaps that do not meet, relative to the background's."""


def zcut(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    area: Annotated[
        float, Field(gt=0, le=0.5, description="area of the parallelogram, relative to the image's")
    ] = 0.13,
    vary: Annotated[float, Field(ge=0, lt=1, description="relative variation of the area, to either side")] = 0.38,
    turn: Annotated[
        float, Field(ge=-180, le=180, description="mean angle of the long diagonal in degrees, counter-clockwise")
    ] = 19,
    sway: Annotated[float, Field(ge=0, le=180, description="standard deviation of that angle in degrees")] = 18,
    wave: Annotated[float, Field(ge=0, le=0.2, description="waviness of the cuts, relative to their length")] = 0.03,
    spread: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="standard deviation of the position, relative to the square root of the image's area",
        ),
    ] = 0.105,
) -> Damaged:
    """Exchange the two flaps of a Z-plasty, resampled bilinearly; wavy cuts leave white scars where flaps do not meet.

    The print is float32 (H, W, C) in [0, 1]. The parallelogram is nearly a rhombus with an acute angle of 63° and lies
    in the foreground. `truth`: `corners` float32 (4, 2), row and column of TL, TR, BR, BL in pixels, pixel centres at
    integers. The triangle (TL, BL, BR) is moved onto (TL, BL, TR), corner by corner, and (TL, TR, BR) onto (BL, TR,
    BR). `waves` float32 (3, 5) and `gap` float32 (1,): waviness of the upper, the middle and the lower cut, and
    distance between the flaps, as in `lay_flaps`.
    """
    check_size(image, "zcut")
    height, width = shape = image.shape[:2]
    scale = scale_of(image)
    outline = _draw_outline(shape, area * rng.uniform(1 - vary, 1 + vary), np.deg2rad(rng.normal(turn, sway)), rng)
    rows, columns = np.mgrid[:height, :width]

    def flaps(place: tuple[float, float]) -> NDArray[np.bool_]:
        s, t = _coordinates(rows, columns, outline + np.array(place))
        return (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)

    inside = foreground(image, 9 * scale)
    centre = draw_place(inside, rng, spread=spread * scale * SIDE, covers=flaps, margin=0.9)
    low, high = -outline.min(axis=0), np.array(shape) - 1 - outline.max(axis=0)
    corners = (outline + np.clip(centre, low, np.maximum(low, high))).astype(np.float32).astype(np.float64)
    waves = np.array([[rng.normal(0, wave) / times**0.7 for times in range(1, 6)] for _ in range(3)], np.float32)
    gap = np.float32(rng.uniform(0, 0.6) * scale / np.hypot(*(corners[3] - corners[0])))
    hole, first, second = lay_flaps(shape, corners, waves, float(gap))
    sampling = exchange_flaps(shape, corners, first, second)
    damaged = image.copy()
    damaged[hole] = paper_of(image) * rng.normal(SCAR, 0.02, int(hole.sum()))[:, np.newaxis]
    damaged[sampling.target] = sampling.apply(image)
    damaged[hole] = round_grey(damaged[hole])
    truth = {"corners": corners.astype(np.float32), "waves": waves, "gap": np.array([gap])}
    return Damaged(damaged, hole, truth)


def lay_flaps(
    shape: tuple[int, int], corners: Corners, waves: NDArray[np.float32], gap: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a wavy Z-plasty changes an image, and where its two flaps lie afterwards, bool (H, W) each.

    `corners`: TL, TR, BR, BL, float (4, 2). `waves`: for the upper, the middle and the lower cut the amplitudes of 1, 2
    ... 5 half waves along its length, and `gap` the distance between the flaps, both relative to the hinge TL to BL.
    """
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    s, t = _coordinates(rows, columns, corners)

    def stray(cut: int) -> NDArray[np.float64]:
        along = np.pi * np.clip(s, 0, 1)
        strayed: NDArray[np.float64] = sum(
            (amount * np.sin(times * along) for times, amount in enumerate(waves[cut], start=1)), np.zeros_like(s)
        )
        return strayed

    upper, middle, lower = map(stray, range(3))
    hole = (s >= 0) & (s <= 1) & (t >= upper) & (t <= 1 + lower)
    # Each flap carries its own wavy edges along: the limb between them, and its arm of the Z.
    first = hole & (s + t <= 1 + lower - gap) & (t >= middle)
    second = hole & ~first & (s + t >= 1 + upper + gap) & (t <= 1 + middle)
    return hole, first, second


def exchange_flaps(
    shape: tuple[int, int],
    corners: Corners,
    first: NDArray[np.bool_] | None = None,
    second: NDArray[np.bool_] | None = None,
) -> Sampling:
    """Return the sampling that exchanges the flaps of a parallelogram TL, TR, BR, BL, float (4, 2), in an image.

    Each flap moves only along its hinge, (TL, BL) or (TR, BR): a pure shear that leaves the hinge fixed. `first`,
    `second`: bool (H, W), the new positions of the flap of hinge (TL, BL) and of the other one, the two triangles by
    default.
    """
    tl, _, _, bl = corners
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    s, t = _coordinates(rows, columns, corners)
    if first is None or second is None:
        inside = (s >= 0) & (s <= 1) & (t >= 0) & (t <= 1)
        first, second = inside & (s + t < 1), inside & (s + t >= 1)
    target = first | second
    shift = np.where(first, s, s - 1)[target]
    hinge = bl - tl
    at = np.nonzero(target)
    return bilinear(target, at[0] + hinge[0] * shift, at[1] + hinge[1] * shift)


def _coordinates(
    rows: NDArray[np.int_], columns: NDArray[np.int_], corners: Corners
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the coordinates s and t of a pixel in a parallelogram: TL + s (TR - TL) + t (BL - TL)."""
    tl, tr, _, bl = corners
    u, v = tr - tl, bl - tl
    y, x = rows - tl[0], columns - tl[1]
    determinant = u[0] * v[1] - u[1] * v[0]
    return (y * v[1] - x * v[0]) / determinant, (x * u[0] - y * u[1]) / determinant


def _draw_outline(shape: tuple[int, int], area: float, turn: float, rng: np.random.Generator) -> Corners:
    """Return random TL, TR, BR, BL around (0, 0) of a parallelogram of `area`·H·W pixels, reduced to fit."""
    ratio = rng.normal(1.63, 0.04)
    # Half the long diagonal points from the centre to TR, half the short one to TL.
    long = np.array([-np.sin(turn), np.cos(turn)])
    short = np.array([-np.cos(turn + rng.normal(0, 0.06)), -np.sin(turn)]) / ratio
    outline = np.stack([short, long, -short, -long])
    pixels = 2 * abs(long[0] * short[1] - long[1] * short[0])
    room = np.array(shape) - 1
    size = min(float(np.sqrt(area * shape[0] * shape[1] / pixels)), *(room / np.ptp(outline, axis=0)).tolist())
    corners: Corners = size * outline
    return corners

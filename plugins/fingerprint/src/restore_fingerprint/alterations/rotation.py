"""The central rotation: a disc of the print is cut out, turned, and sewn in again."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore_fingerprint.alterations.grey import check_size, grain_of, round_grey, scale_of
from restore_fingerprint.alterations.place import draw_place
from restore_fingerprint.alterations.resample import Sampling, bilinear
from restore_fingerprint.alterations.scars import fade, whiten


def rotation(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    radius: Annotated[float, Field(gt=0, le=1, description="of the disc, in sides of the picture")] = 0.26,
    least: Annotated[int, Field(ge=1, le=180, description="smallest angle in degrees, to either side")] = 60,
    most: Annotated[int, Field(ge=1, le=180, description="largest angle in degrees, to either side")] = 120,
    scar: Annotated[float, Field(ge=0, le=50, description="width of the scar around the rim, in ridges")] = 2.2,
) -> Damaged:
    """Turn a disc of a print by a whole number of degrees, resampled bilinearly, and scar its rim.

    A side of the picture is the square root of its pixels. The disc lies where the finger touches. Grey values inside
    the mask are rounded to those of a picture file. `truth`: `centre` float32 (2,), row and column; `radius` float32
    (1,) in pixels; `angle` float32 (1,) in degrees, counter-clockwise.
    """
    check_size(image, "rotation")
    height, width = image.shape[:2]
    scale, grain = scale_of(image), grain_of(image)
    angle = int(rng.integers(min(least, most), max(least, most), endpoint=True)) * int(rng.choice((-1, 1)))
    size = min(radius * scale * 93.4 * rng.normal(1, 0.06), (min(height, width) - 2) / 2)
    centre = draw_place(image, rng, reach=(size, size))
    sampling = turn_disc((height, width), centre, size, angle)
    rows, columns = np.ogrid[:height, :width]
    rim = np.abs(np.hypot(rows - centre[0], columns - centre[1]) - size)
    white = fade(rim, scar * grain * 3.16)
    damaged = image.copy()
    damaged[sampling.target] = sampling.apply(image)
    mask = sampling.target | (white > 0)
    damaged[mask] = round_grey(whiten(damaged, white)[mask])
    truth = {
        "centre": np.array(centre, np.float32),
        "radius": np.array([size], np.float32),
        "angle": np.array([angle], np.float32),
    }
    return Damaged(damaged, mask, truth)


def turn_disc(shape: tuple[int, int], centre: tuple[float, float], radius: float, angle: float) -> Sampling:
    """Return the sampling that turns a disc of a picture (H, W) about `centre` (row, column) by `angle` degrees.

    Counter-clockwise for somebody who looks at the picture. Whole numbers are the centres of pixels.
    """
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    y, x = rows - centre[0], columns - centre[1]
    target = y * y + x * x < radius * radius
    at = np.nonzero(target)
    y, x = at[0] - centre[0], at[1] - centre[1]
    turn = np.deg2rad(angle)
    return bilinear(
        target, centre[0] + y * np.cos(turn) + x * np.sin(turn), centre[1] - y * np.sin(turn) + x * np.cos(turn)
    )

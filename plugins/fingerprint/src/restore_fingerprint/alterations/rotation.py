"""The central rotation: a disc of the print is cut out, turned, and sewn in again."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore_fingerprint.alterations.grey import SIDE, check_size, foreground, round_grey, scale_of
from restore_fingerprint.alterations.place import draw_place
from restore_fingerprint.alterations.resample import Sampling, bilinear
from restore_fingerprint.alterations.scars import HEALED, RIMS, draw_healed, draw_rim, whiten, whiteness

SMALL = 9.2
"""Radius in pixels of the official discs that are mostly scar."""


def rotation(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    radius: Annotated[float, Field(ge=0.02, le=1, description="of the disc, in sides of the picture")] = 0.25,
    vary: Annotated[float, Field(ge=0, lt=1, description="how far the radius varies, as a share of it")] = 0.14,
    least: Annotated[int, Field(ge=1, le=180, description="smallest angle in degrees, to either side")] = 60,
    most: Annotated[int, Field(ge=1, le=180, description="largest angle in degrees, to either side")] = 120,
    scar: Annotated[bool, Field(description="whether the rim is scarred")] = True,
    healed: Annotated[bool, Field(description="a small disc that is mostly scar, as easy ones are")] = False,
    spread: Annotated[float, Field(ge=0, le=1, description="how far from the middle it lies, in sides")] = 0.09,
) -> Damaged:
    """Turn a disc of a print by a whole number of degrees, resampled bilinearly, and scar its rim.

    A side of the picture is the square root of its pixels. The disc lies where the finger touches. Grey values inside
    the mask are rounded to those of a picture file. `truth`: `centre` float32 (2,), row and column; `radius` float32
    (1,) in pixels; `angle` float32 (1,) in degrees, counter-clockwise; `layers` float32 (1,) of the scar.
    """
    check_size(image, "rotation")
    height, across = shape = image.shape[:2]
    scale = scale_of(image)
    angle = int(rng.integers(min(least, most), max(least, most), endpoint=True)) * int(rng.choice((-1, 1)))
    size = min(radius * scale * SIDE * rng.uniform(1 - vary, 1 + vary), (min(height, across) - 4) / 2)
    size = float(np.float32(size))
    rows, columns = np.ogrid[:height, :across]

    def disc(place: tuple[float, float]) -> NDArray[np.bool_]:
        inside: NDArray[np.bool_] = np.hypot(rows - place[0], columns - place[1]) < size
        return inside

    centre = draw_place(foreground(image, 9 * scale), rng, spread=spread * scale * SIDE, covers=disc)
    centre = _within(centre, size, shape)
    sampling = turn_disc(shape, centre, size, angle)
    damaged = image.copy()
    damaged[sampling.target] = sampling.apply(image)
    mask = sampling.target
    layers = 0
    if scar:
        away = np.hypot(rows - centre[0], columns - centre[1])
        around = np.arctan2(rows - centre[0], columns - centre[1])
        wobble = 0.4 * scale * np.sin(rng.integers(2, 5) * around + rng.uniform(0, 2 * np.pi))
        strength = 1 + (0.1 if healed else 0.25) * np.sin(around + rng.uniform(0, 2 * np.pi))
        if healed:
            layers, grain = draw_healed(rng), size / SMALL
            white = whiteness(away + wobble, layers, HEALED[layers], rng, grain=grain, strength=strength)
        else:
            layers = draw_rim(size / scale, rng)
            # The scar lies within the rim by half a pixel.
            beside = away + wobble - size + 0.5 * scale
            white = whiteness(beside, layers, RIMS[layers], rng, grain=scale, strength=strength)
        damaged = whiten(damaged, white)
        mask = mask | (white > 0)
    damaged[mask] = round_grey(damaged[mask])
    truth = {
        "centre": np.array(centre, np.float32),
        "radius": np.array([size], np.float32),
        "angle": np.array([angle], np.float32),
        "layers": np.array([layers], np.float32),
    }
    return Damaged(np.where(mask[..., np.newaxis], damaged, image), mask, truth)


def turn_disc(shape: tuple[int, int], centre: tuple[float, float], radius: float, angle: float) -> Sampling:
    """Return the sampling that turns a disc of a picture (H, W) about `centre` (row, column) by `angle` degrees.

    Counter-clockwise for somebody who looks at the picture. Whole numbers are the centres of pixels.
    """
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    y, x = rows - centre[0], columns - centre[1]
    target = y * y + x * x < radius * radius
    at = np.nonzero(target)
    down, right = at[0] - centre[0], at[1] - centre[1]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return bilinear(target, centre[0] + down * cos + right * sin, centre[1] - down * sin + right * cos)


def _within(centre: tuple[float, float], reach: float, shape: tuple[int, int]) -> tuple[float, float]:
    """Return a centre moved such that what reaches `reach` pixels around it lies in the picture; on quarter pixels."""
    moved = np.clip(centre, reach, np.array(shape) - 1 - reach)
    row, column = (np.round(moved * 4) / 4).tolist()
    return float(row), float(column)

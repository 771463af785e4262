"""The central rotation: a disc of the print is excised, rotated and transplanted back."""

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
"""Radius in pixels of the official discs at level easy, which are mostly scar."""


def rotation(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    radius: Annotated[
        float, Field(ge=0.02, le=1, description="radius of the disc, relative to the square root of the image's area")
    ] = 0.25,
    vary: Annotated[float, Field(ge=0, lt=1, description="relative variation of the radius, to either side")] = 0.14,
    least: Annotated[int, Field(ge=1, le=180, description="smallest angle in degrees, in either direction")] = 60,
    most: Annotated[int, Field(ge=1, le=180, description="largest angle in degrees, in either direction")] = 120,
    scar: Annotated[bool, Field(description="draw a scar along the rim")] = True,
    healed: Annotated[bool, Field(description="a small disc covered by scar, as in SOCOFing's easy level")] = False,
    spread: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="standard deviation of the position, relative to the square root of the image's area",
        ),
    ] = 0.09,
) -> Damaged:
    """Rotate a disc of a print by a whole number of degrees, resampled bilinearly, and scar its rim.

    The print is float32 (H, W, C) in [0, 1]; the disc lies in its foreground. Grey values inside the mask are multiples
    of 1/255. `truth`: `centre` float32 (2,), row and column in pixels; `radius` float32 (1,) in pixels; `angle` float32
    (1,) in degrees, counter-clockwise; `layers` float32 (1,), the number of layers of the scar.
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
            # The scar's centreline lies half a pixel inside the rim.
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
    """Return the sampling that rotates a disc of an image (H, W) about `centre` (row, column) by `angle` degrees.

    Counter-clockwise as displayed, rows downward. Integer coordinates are pixel centres.
    """
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    y, x = rows - centre[0], columns - centre[1]
    target = y * y + x * x < radius * radius
    at = np.nonzero(target)
    down, right = at[0] - centre[0], at[1] - centre[1]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return bilinear(target, centre[0] + down * cos + right * sin, centre[1] - down * sin + right * cos)


def _within(centre: tuple[float, float], reach: float, shape: tuple[int, int]) -> tuple[float, float]:
    """Return a centre, rounded to quarter pixels and moved so that `reach` pixels around it lie inside the image."""
    moved = np.clip(centre, reach, np.array(shape) - 1 - reach)
    row, column = (np.round(moved * 4) / 4).tolist()
    return float(row), float(column)

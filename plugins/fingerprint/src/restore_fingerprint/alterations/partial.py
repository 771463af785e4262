"""The partial print: only part of the finger makes contact."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore_fingerprint.alterations.grey import SIDE, check_size, foreground, grain_of, paper_of, round_grey, scale_of
from restore_fingerprint.alterations.noise import gradient_noise


def partial(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    keep: Annotated[float, Field(gt=0, lt=1, description="share of the foreground that is kept")] = 0.5,
) -> Damaged:
    """Keep a share `keep` of a print, an ellipse with a ragged rim, and replace the rest by background.

    The print is float32 (H, W, C) in [0, 1]. The mask is true where anything changed. `truth`: `centre` float32 (2,),
    row and column in pixels; `turn` float32 (1,) in degrees from the right, counter-clockwise; `radii` float32 (2,) in
    pixels, those of the ellipse along `turn` and across it.
    """
    check_size(image, "partial")
    height, width = shape = image.shape[:2]
    grain, scale = grain_of(image), scale_of(image)
    inside = foreground(image, 9 * grain)
    if not inside.any():
        inside = np.ones(shape, bool)
    places = np.argwhere(inside)
    centre = places.mean(axis=0) + rng.normal(0, 0.5, 2) * places.std(axis=0)
    turn = rng.uniform(0, np.pi)
    stretch = np.sqrt(rng.uniform(0.75, 1.4))
    rows, columns = np.mgrid[:height, :width]
    y, x = rows - centre[0], columns - centre[1]
    along, across = y * np.sin(turn) - x * np.cos(turn), y * np.cos(turn) + x * np.sin(turn)
    away = np.hypot(along / stretch, across * stretch)
    # The size at which the ellipse covers the share to be kept.
    size = float(np.quantile(away[inside], keep))
    ragged = away + gradient_noise(shape, 14 * scale, rng, octaves=2) * 0.07 * SIDE * scale
    ragged += gradient_noise(shape, 3.16 * grain, rng, octaves=1) * 2 * grain
    touch = np.clip((size - ragged) / (5 * grain) + 0.5, 0, 1)[..., np.newaxis].astype(np.float32)
    paper = paper_of(image)
    # Pressure falls off towards the rim: ridges thin out before they vanish.
    damaged = np.where(touch >= 1, image, round_grey(np.clip(image + (1 - touch) * 1.2 * paper, image, paper)))
    damaged = np.where(touch <= 0, paper, damaged).astype(np.float32)
    mask: NDArray[np.bool_] = np.any(np.abs(damaged - image) > 1 / 255, axis=-1)
    truth = {
        "centre": centre.astype(np.float32),
        "radii": np.array([size * stretch, size / stretch], np.float32),
        "turn": np.array([np.rad2deg(turn)], np.float32),
    }
    return Damaged(np.where(mask[..., np.newaxis], damaged, image), mask, truth)

"""Rendering of a portrait, from backdrop to grain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_face.portrait.canvas import Grain
from restore_face.portrait.features import paint_beard, paint_brows, paint_eyes, paint_mouth, paint_nostrils
from restore_face.portrait.hair import comb, paint_back, paint_front
from restore_face.portrait.head import look, paint_skin
from restore_face.portrait.person import Person, Shot
from restore_face.portrait.scene import paint_backdrop, paint_clothes, paint_ears, paint_glasses, paint_neck


def render(person: Person, shot: Shot, size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a portrait, float32 (H, W, 3) in [0, 1], sRGB; `size` is (H, W) in pixels."""
    grain = Grain(rng, size)
    view = look(person, shot, size)
    coarse, fine = grain.field(12.0), grain.field(64.0)
    # Features on the skin get its large-scale illumination, for which a single plane is enough.
    light = shot.ambient * 0.8 + shot.light_power * np.clip(
        0.25 + 0.75 * (view.x * shot.light[0] + 0.4 * view.y * shot.light[1] + 0.75 * shot.light[2]), 0.08, 1
    )
    locks = comb(person, shot, view, coarse, fine)
    image = paint_backdrop(shot, view, grain)
    paint_back(image, person, locks)
    paint_neck(image, person, shot, view)
    paint_clothes(image, person, shot, view, coarse)
    paint_ears(image, person, shot, view)
    paint_skin(image, person, shot, view, coarse, fine)
    rows, near = view.band(0.1, 0.65)
    paint_nostrils(image[:, rows], person, shot, near)
    rows, near = view.band(0.1, 1.1)
    paint_mouth(image[:, rows], person, shot, near, light[rows])
    paint_beard(image[:, rows], person, near, light[rows], fine[rows])
    rows, near = view.band(-0.45, 0.35)
    paint_eyes(image[:, rows], person, shot, near, light[rows])
    paint_brows(image[:, rows], person, shot, near, fine[rows])
    paint_glasses(image[:, rows], person, shot, near)
    paint_front(image, view, locks)
    srgb = np.sqrt(np.clip(image, 0, 1))
    srgb += shot.grain * rng.standard_normal(srgb.shape, dtype=np.float32)
    return np.ascontiguousarray(np.clip(srgb, 0, 1).transpose(1, 2, 0))

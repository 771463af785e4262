"""The obliteration: ridges burnt or abraded, leaving a patch of scarred skin."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore_fingerprint.alterations.grey import SIDE, check_size, paper_of, round_grey, scale_of, skin_of
from restore_fingerprint.alterations.noise import draw_gradients, gradient_noise, official_gradients
from restore_fingerprint.alterations.place import draw_place

TEXTURES = {"coarse": (16.0, 2.0), "middle": (8.0, 1.35), "fine": (4.0, 1.0)}
"""Period in pixels of a SOCOFing print, and contrast, of its three skin textures."""
FRAME = 2.0
"""Offset in pixels between the noise lattice's origin, the corner of the screenshot, and the print's first pixel."""


def obliteration(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    radius: Annotated[
        float, Field(gt=0, le=1, description="radius of the patch, relative to the square root of the image's area")
    ] = 0.27,
    texture: Annotated[
        Literal["any", "coarse", "middle", "fine"],
        Field(description="texture of the scarred skin; any: drawn at random"),
    ] = "any",
    skin: Annotated[
        Literal["official", "drawn"], Field(description="SOCOFing's fixed noise pattern, or a new one each time")
    ] = "official",
    rays: Annotated[
        bool, Field(description="spare the row and the column through the centre, as in SOCOFing's easy level")
    ] = False,
    spread: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="standard deviation of the position, relative to the square root of the image's area",
        ),
    ] = 0.14,
) -> Damaged:
    """Blend an elliptical patch of a print with scarred skin, a cloud of gradient noise that fades towards the rim.

    The print is float32 (H, W, C) in [0, 1]; only its foreground is changed. `truth`: `centre` float32 (2,), row and
    column in pixels; `radii` float32 (2,) in pixels, along rows and columns; `texture`.
    """
    check_size(image, "obliteration")
    height, width = image.shape[:2]
    scale = scale_of(image)
    name = str(rng.choice(list(TEXTURES))) if texture == "any" else texture
    period, contrast = TEXTURES[name]
    size = radius * scale * SIDE * np.exp(rng.normal(0, 0.16) + rng.normal(0, 0.11, 2))
    rows, columns = np.ogrid[:height, :width]

    def ellipse(place: tuple[float, float]) -> NDArray[np.bool_]:
        core: NDArray[np.bool_] = np.hypot((rows - place[0]) / size[0], (columns - place[1]) / size[1]) < 0.5
        return core

    # Scarred skin never reaches the border of the image.
    inside = skin_of(image, scale)
    border = 1 if rays else max(1, round(4 * scale))
    inside[:border], inside[-border:], inside[:, :border], inside[:, -border:] = False, False, False, False
    centre = draw_place(inside, rng, spread=spread * scale * SIDE, covers=ellipse, margin=0.9, rise=0.3)
    away = np.hypot((rows - centre[0]) / size[0], (columns - centre[1]) / size[1])
    mask = (away < 1) & inside
    opacity = np.where(mask, np.exp(-5 / 3 * away**3), 0)
    if rays:
        beside = np.minimum(np.abs(rows - centre[0]), np.abs(columns - centre[1])) / (2.2 * scale)
        opacity *= 1 - np.exp(-(beside**2)) * np.clip((away - 0.15) / 0.3, 0, 1)
    opacity = opacity[..., np.newaxis]
    gradients = official_gradients() if skin == "official" else draw_gradients(rng)
    # Nothing finer than two pixels is visible.
    field = gradient_noise((height, width), max(2.0, period * scale), gradients, origin=FRAME * scale)
    scarred = paper_of(image) * np.clip(0.5 + contrast * field, 0, 1)
    blended = image * (1 - opacity) + scarred[..., np.newaxis] * opacity
    damaged = image.copy()
    damaged[mask] = round_grey(blended[mask])
    truth = {
        "centre": np.array(centre, np.float32),
        "radii": size.astype(np.float32),
        "texture": name,
    }
    return Damaged(damaged, mask, truth)

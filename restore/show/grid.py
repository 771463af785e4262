"""Images in a grid, each with a word below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TILE, GAP, LINE, FONT = 84, 8, 16, 12
"""Side of an image, the space between two, the height of a word and of its letters, in pixels."""
INK, PAPER = (32, 33, 36), (255, 255, 255)


def draw_grid(images: Sequence[tuple[str, NDArray[np.uint8]]], across: int) -> NDArray[np.float32]:
    """Return a picture of images with words, uint8 (H, W, C) each, `across` in a row; float32 (H, W, 3) in [0, 1]."""
    from PIL import Image, ImageDraw, ImageFont

    font: Any = ImageFont.load_default(FONT)
    step, rows = TILE + GAP, -(-len(images) // across)
    picture = Image.new("RGB", (GAP + across * step, GAP + rows * (step + LINE)), PAPER)
    draw = ImageDraw.Draw(picture)
    for place, (word, image) in enumerate(images):
        left, top = GAP + place % across * step, GAP + place // across * (step + LINE)
        tile = Image.fromarray(np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image)
        factor = TILE / max(tile.size)
        side = [max(1, round(length * factor)) for length in tile.size]
        kernel = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.LANCZOS
        picture.paste(tile.resize((side[0], side[1]), kernel), (left, top))
        draw.text((left + TILE / 2, top + TILE + LINE / 2), _cut(word, font), fill=INK, font=font, anchor="mm")
    return np.asarray(picture, np.float32) / np.float32(255)


def _cut(word: str, font: Any) -> str:
    """Return as much of a word as fits below an image."""
    while word and font.getlength(word) > TILE:
        word = word[:-1]
    return word

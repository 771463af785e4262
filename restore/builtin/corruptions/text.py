"""Text: words written over an image."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged

if TYPE_CHECKING:
    from PIL import ImageFont

LETTERS = string.ascii_letters + string.digits


def text(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    count: Annotated[int, Field(ge=1, le=1000, description="number of words")] = 3,
    size: Annotated[int, Field(ge=6, le=1000, description="height of the letters in pixels")] = 14,
    fill: Annotated[
        float | None, Field(ge=0, le=1, description="grey value; none: black or white, drawn for each word")
    ] = None,
) -> Damaged:
    """Write `count` words of random letters at random positions over an image, float32 (H, W, C) in [0, 1].

    Words have 3 to 8 letters of Pillow's own font and may reach beyond the image's right edge. The mask is true where a
    letter covers any part of a pixel. `truth["words"]`: text, row and column of the upper left corner of each.
    """
    from PIL import ImageFont

    height, width = image.shape[:2]
    font = ImageFont.load_default(size)
    damaged, mask, drawn = image.copy(), np.zeros((height, width), bool), []
    for _ in range(count):
        word = "".join(rng.choice(list(LETTERS), rng.integers(3, 9)))
        top, left = (int(rng.integers(max(1, side - size))) for side in (height, width))
        grey = float(rng.integers(2)) if fill is None else fill
        covered, place = _letters(word, font, (top, left), (height, width))
        view = damaged[place]
        view += (np.float32(grey) - view) * covered[..., np.newaxis]
        mask[place] |= covered > 0
        drawn.append([word, top, left])
    return Damaged(np.clip(damaged, 0, 1, out=damaged), mask, {"words": drawn})


def _letters(
    word: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, at: tuple[int, int], shape: tuple[int, int]
) -> tuple[NDArray[np.float32], tuple[slice, slice]]:
    """Return the share of each pixel in [0, 1] that a word covers, and where in an image of `shape` these pixels lie."""
    from PIL import Image, ImageDraw

    left, top, right, bottom = (int(side) for side in font.getbbox(word))
    canvas = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(canvas).text((-left, -top), word, fill=255, font=font)
    rows = slice(at[0], min(shape[0], at[0] + canvas.height))
    columns = slice(at[1], min(shape[1], at[1] + canvas.width))
    covered = np.asarray(canvas, np.float32)[: rows.stop - rows.start, : columns.stop - columns.start] / np.float32(255)
    return covered, (rows, columns)

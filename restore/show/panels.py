"""A run's gallery as one panel: clean, damaged, mask and restored of the worst, median and best test image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

ROWS = ("clean", "damaged", "mask", "restored")
RANKS = ("worst", "median", "best")
TILE = 192
"""Least side of an image in pixels, its longer one: 96 doubled, so that ridges are seen."""
ACROSS = 3
"""Blocks side by side: nine corruptions make a square."""
GAP, MARGIN, FONT = 8, 20, 15
HEADING = 3 * FONT + 2 * GAP
"""Height of a block's two lines of text."""
INK, FAINT, LINE, PAPER = (32, 33, 36), (120, 124, 130), (218, 220, 224), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Block:
    """The images of one corruption, worst first, each with the size (width, height) that it is drawn in."""

    corruption: str
    columns: tuple[tuple[Shown, tuple[int, int]], ...]

    @property
    def width(self) -> int:
        """Pixels of all columns with their gaps."""
        return sum(width + GAP for _, (width, _) in self.columns)


class Shown(Protocol):
    """What a column of a panel shows: images by the names of its rows, beside these."""

    @property
    def id(self) -> str:
        """The name below the column's rank."""

    @property
    def corruption(self) -> str:
        """The name of its block."""

    @property
    def rank(self) -> str:
        """Worst, median, best, or another word."""

    @property
    def clean(self) -> NDArray[np.uint8]:
        """An image of the size of all its others."""


def draw_panel(gallery: Sequence[Shown], rows: Sequence[str] = ROWS, most: int = len(RANKS)) -> NDArray[np.float32]:
    """Return the panel of a gallery that is not empty, float32 (H, W, 3) in [0, 1].

    `rows`: kinds of images, by default clean, damaged, used mask and restored; columns: the worst, median and best image of each corruption, or
    the first ones, at most `most`, where none is ranked. Images are enlarged by whole numbers, so that no pixel is invented, to much
    the same size.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    blocks = _blocks(gallery, most)
    row = max(height for block in blocks for _, (_, height) in block.columns)
    left = MARGIN + max(map(_text_width, rows)) + 2 * GAP
    block_width = max(block.width for block in blocks) + 2 * MARGIN
    block_height = HEADING + len(rows) * (row + GAP) + MARGIN
    across = min(ACROSS, len(blocks))
    size = left + across * block_width, MARGIN + -(-len(blocks) // across) * block_height
    panel = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(panel)
    for number, block in enumerate(blocks):
        x, y = left + number % across * block_width, MARGIN + number // across * block_height
        _draw_block(panel, draw, block, (x, y), row, rows)
        if not number % across:
            _draw_row_names(draw, y + HEADING, left, row, rows)
    return np.asarray(panel, np.float32) / np.float32(255)


def _blocks(gallery: Sequence[Shown], most: int) -> list[Block]:
    """Return a block for each corruption, in the gallery's order."""
    chosen = {}
    for corruption in dict.fromkeys(one.corruption for one in gallery):
        own = [one for one in gallery if one.corruption == corruption]
        ranked = sorted((one for one in own if one.rank in RANKS), key=lambda one: RANKS.index(one.rank))
        chosen[corruption] = ranked or own[:most]
    sides = [max(one.clean.shape[:2]) for images in chosen.values() for one in images]
    # The largest image enlarged to a tile; the smaller ones as near to that as whole numbers come.
    target = max(_enlarged(side, TILE) * side for side in sides)
    return [
        Block(corruption, tuple((one, _size(one, target)) for one in images)) for corruption, images in chosen.items()
    ]


def _enlarged(side: int, least: int) -> int:
    """Return the least whole number that enlarges a side to `least` pixels."""
    return -(-least // max(side, 1))


def _size(image: Shown, target: int) -> tuple[int, int]:
    height, width = image.clean.shape[:2]
    side = max(height, width)
    factor = max(_enlarged(side, TILE), target // max(side, 1))
    return width * factor, height * factor


def _draw_block(
    panel: Image, draw: ImageDraw, block: Block, at: tuple[int, int], row: int, rows: Sequence[str]
) -> None:
    place, y = at
    draw.text(at, _cut(block.corruption or "as in the dataset", block.width), fill=INK, font=_font())
    for image, (width, height) in block.columns:
        name = _cut(f"{image.rank}  ", width) if image.rank else ""
        draw.text((place, y + 2 * FONT), name, fill=INK, font=_font())
        start = place + _text_width(name)
        draw.text((start, y + 2 * FONT), _cut(image.id, place + width - start), fill=FAINT, font=_font())
        for number, kind in enumerate(rows):
            top = y + HEADING + number * (row + GAP)
            panel.paste(_picture(getattr(image, kind), (width, height)), (place, top))
            draw.rectangle((place - 1, top - 1, place + width, top + height), outline=LINE)
        place += width + GAP


def _draw_row_names(draw: ImageDraw, top: int, left: int, height: int, rows: Sequence[str]) -> None:
    for number, kind in enumerate(rows):
        middle = top + number * (height + GAP) + height // 2
        draw.text((left - 2 * GAP, middle), kind, fill=INK, font=_font(), anchor="rm")


def _picture(pixels: NDArray[np.uint8], size: tuple[int, int]) -> Image:
    """Return uint8 (H, W, C) or (H, W) as an RGB image of a size (width, height)."""
    import numpy as np
    from PIL import Image

    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    rgb = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    return Image.fromarray(np.ascontiguousarray(rgb)).resize(size, Image.Resampling.NEAREST)


def _font() -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(FONT)


def _text_width(text: str) -> int:
    return int(_font().getlength(text)) + 1


def _cut(text: str, width: int) -> str:
    """Return a text that fits `width` pixels: of a path its end, which says more than its start."""
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    if _text_width(text) <= width:
        return text
    while text and _text_width(f"…{text}") > width:
        text = text[1:]
    return f"…{text}"

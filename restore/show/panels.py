"""A run's pictures as one picture: clean, damaged, mask and restored of the worst, median and best test image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from restore.runfile.record import Gallery

ROWS = ("clean", "damaged", "mask", "restored")
RANKS = ("worst", "median", "best")
TILE = 192
"""Least side of a picture in pixels: 96 doubled, so that ridges are seen."""
ACROSS = 3
"""Blocks side by side: nine corruptions make a square."""
GAP, MARGIN, FONT = 8, 20, 15
INK, FAINT, LINE, PAPER = (32, 33, 36), (120, 124, 130), (218, 220, 224), (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Block:
    """The pictures of one corruption: rank and place in the gallery of each column."""

    corruption: str
    columns: tuple[tuple[str, int], ...]


def draw_panel(gallery: Gallery) -> NDArray[np.float32]:
    """Return the panel of a gallery that is not empty, float32 (H, W, 3) in [0, 1].

    Rows are clean, damaged, used mask and restored; columns the worst, median and best image of each corruption, or
    the first ones where none is ranked. Pictures are enlarged by whole numbers, so that no pixel is invented.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    blocks = _blocks(gallery)
    height, width = gallery.clean.shape[1:3]
    factor = max(1, -(-TILE // max(height, width)))
    tile = width * factor, height * factor
    left = MARGIN + _text_width("restored") + 2 * GAP
    block_width = max(len(one.columns) for one in blocks) * (tile[0] + GAP) + 2 * MARGIN
    block_height = 3 * FONT + 2 * GAP + len(ROWS) * (tile[1] + GAP) + MARGIN
    across = min(ACROSS, len(blocks))
    size = left + across * block_width, MARGIN + -(-len(blocks) // across) * block_height
    panel = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(panel)
    for number, block in enumerate(blocks):
        x, y = left + number % across * block_width, MARGIN + number // across * block_height
        _draw_block(panel, draw, gallery, block, (x, y), tile)
        if not number % across:
            _draw_row_names(draw, y + 3 * FONT + 2 * GAP, left, tile[1])
    return np.asarray(panel, np.float32) / np.float32(255)


def _blocks(gallery: Gallery) -> list[Block]:
    """Return a block for each corruption, in the gallery's order."""
    blocks = []
    for corruption in dict.fromkeys(entry["corruption"] for entry in gallery.index):
        own = [(entry["rank"], i) for i, entry in enumerate(gallery.index) if entry["corruption"] == corruption]
        ranked = sorted((one for one in own if one[0] in RANKS), key=lambda one: RANKS.index(one[0]))
        blocks.append(Block(corruption, tuple(ranked or own[: len(RANKS)])))
    return blocks


def _draw_block(
    panel: Image, draw: ImageDraw, gallery: Gallery, block: Block, at: tuple[int, int], tile: tuple[int, int]
) -> None:
    x, y = at
    room = len(block.columns) * (tile[0] + GAP)
    draw.text((x, y), _cut(block.corruption or "as the data set has it", room), fill=INK, font=_font())
    for column, (rank, i) in enumerate(block.columns):
        place = x + column * (tile[0] + GAP)
        name = _cut(f"{rank}  ", tile[0])
        draw.text((place, y + 2 * FONT), name, fill=INK, font=_font())
        start = place + _text_width(name)
        draw.text(
            (start, y + 2 * FONT), _cut(gallery.index[i]["id"], place + tile[0] - start), fill=FAINT, font=_font()
        )
        for row, kind in enumerate(ROWS):
            picture = _picture(getattr(gallery, kind)[i], tile)
            top = y + 3 * FONT + 2 * GAP + row * (tile[1] + GAP)
            panel.paste(picture, (place, top))
            draw.rectangle((place - 1, top - 1, place + tile[0], top + tile[1]), outline=LINE)


def _draw_row_names(draw: ImageDraw, top: int, left: int, height: int) -> None:
    for row, kind in enumerate(ROWS):
        middle = top + row * (height + GAP) + height // 2
        draw.text((left - 2 * GAP, middle), kind, fill=INK, font=_font(), anchor="rm")


def _picture(pixels: NDArray[np.uint8], tile: tuple[int, int]) -> Image:
    """Return uint8 (H, W, C) or (H, W) as an RGB picture of the size of a tile."""
    import numpy as np
    from PIL import Image

    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    rgb = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    return Image.fromarray(np.ascontiguousarray(rgb)).resize(tile, Image.Resampling.NEAREST)


def _font() -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(FONT)


def _text_width(text: str) -> int:
    return int(_font().getlength(text)) + 1


def _cut(text: str, width: int) -> str:
    """Return a text that fits `width` pixels: of a path its end, which tells more than its start."""
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    if _text_width(text) <= width:
        return text
    while text and _text_width(f"…{text}") > width:
        text = text[1:]
    return f"…{text}"

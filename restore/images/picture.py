"""A picture as its file holds it, and what is known about image files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]
    Samples = NDArray[np.generic]

MAX_PIXELS = 100_000_000
"""Pixels (width times height) that a picture may have before it counts as a decompression bomb."""

Depth = Literal[8, 16, 32]
"""Bits of a stored value: 8 and 16 are whole numbers, 32 is floating point."""

WRITTEN = {".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""Endings that are written, with Pillow's name of the format."""
ENDINGS = frozenset({*WRITTEN, ".dib", ".gif", ".jpe", ".pbm", ".pgm", ".pnm", ".ppm", ".webp"})
"""Endings, in lower case, by which pictures in a folder are known."""

_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as its file holds it.

    `pixels`: float32 (H, W, C) in [0, 1], C = 1 (grey) or 3 (RGB), upright; `alpha`: float32 (H, W) in [0, 1], None
    where the file has none; `depth`: bits of a stored value, 32 for floating point; `format`: Pillow's name of the
    file format; `notes`: what was changed or left out on the way; `dpi`: dots per inch that the header tells, None
    where it tells none, others down than across, or what cannot be (below 1 or above 65,535).
    """

    pixels: Pixels
    alpha: Pixels | None
    depth: Depth
    format: str
    notes: tuple[str, ...] = ()
    dpi: float | None = None


def to_channels(pixels: Pixels, channels: int) -> Pixels:
    """Return an image, float32 (H, W, C) in [0, 1], with `channels` 1 or 3.

    Grey becomes three equal channels. Colour becomes its luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, the
    weights of Pillow's mode L); three equal channels become one, bit for bit.
    """
    import numpy as np

    if pixels.shape[2] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=2)
    if is_grey(pixels):
        return pixels[..., :1]
    return np.clip(pixels @ np.array(_LUMA, np.float32), 0, 1)[..., None]


def is_grey(pixels: Samples) -> bool:
    """Return whether an image (H, W, C) shows no colour: one channel, or three equal ones."""
    return bool((pixels == pixels[..., :1]).all())

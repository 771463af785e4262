"""The content of an image file, and conversions between channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from restore.images.properties import NOTHING, Properties

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]
    Samples = NDArray[Any]

MAX_PIXELS = 100_000_000
"""Most pixels (width times height) of an image; a larger one counts as a decompression bomb."""

Formats: TypeAlias = Mapping[str, Callable[[], str]]
"""Formats beyond the toolkit's own by ending, such as `.wsq`: functions that make Pillow read one and return its name."""
NO_FORMATS: Formats = {}

Depth = Literal[8, 16, 32]
"""Bits per stored value: 8 and 16 are integers, 32 is floating point."""

_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True, slots=True)
class ImageFile:
    """The content of an image file.

    `pixels`: float32 (H, W, C) in [0, 1], C = 1 (greyscale) or 3 (RGB), upright. `alpha`: float32 (H, W) in [0, 1],
    None where the file has none. `depth`: bits per stored value, 32 for floating point. `format`: Pillow's name of the
    file format. `notes`: what was converted or left out. `dpi`: resolution in the header in dots per inch, None where
    it has none, differs between the axes, or is impossible (below 1 or above 65,535). `properties`: what else the file
    holds, which results of it keep.
    """

    pixels: Pixels
    alpha: Pixels | None
    depth: Depth
    format: str
    notes: tuple[str, ...] = ()
    dpi: float | None = None
    properties: Properties = NOTHING


def without_pixels(image: ImageFile) -> ImageFile:
    """Return all of an image file's content but its pixels, none of which are left."""
    return replace(image, pixels=image.pixels[:0].copy())


def as_float(values: Samples) -> Pixels:
    """Return stored values (H, W, ...), uint8, uint16 or floats in [0, 1], as float32 in [0, 1]."""
    import numpy as np

    white = np.iinfo(values.dtype).max if values.dtype.kind == "u" else 1
    # Nothing between both: of large images, each copy takes hundreds of megabytes.
    return np.divide(values, np.float32(white), out=np.empty(values.shape, np.float32), dtype=np.float32)


def to_channels(pixels: Pixels, channels: int) -> Pixels:
    """Return an image, float32 (H, W, C) in [0, 1], with `channels` 1 or 3.

    Greyscale is repeated in three channels. Colour is converted to luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601,
    the weights of Pillow's mode L); three equal channels become one, bit for bit.
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
    """Return whether an image (H, W, C) is greyscale: one channel, or three equal ones."""
    return bool((pixels == pixels[..., :1]).all())

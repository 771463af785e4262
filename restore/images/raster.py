"""What the decoders of all formats return, and how it becomes the content of an image file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import InputError
from restore.images.image_file import Depth, ImageFile, as_float
from restore.text import show

if TYPE_CHECKING:
    from restore.images.image_file import Samples

AGAIN = "export it again"
"""The hint for files that lack content."""
_FINEST = 0xFFFF
"""Highest resolution in dots per inch that every format can store."""

_FLIPS = {2: (1, -1), 3: (-1, -1), 4: (-1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}
"""Steps through rows and columns by which an EXIF orientation is applied, after axes are swapped from 5 on."""
_AT_ONCE = 2**20
"""Values that are converted at a time."""

Dpi = tuple[float | None, float | None]
"""Horizontal and vertical resolution in dots per inch, None for none."""


@dataclass(frozen=True, slots=True)
class Raster:
    """Decoded pixels: `values` (H, W, C), C = 1 to 4 with alpha last where it is 2 or 4, uint8, uint16 or float32.

    `orientation`: EXIF orientation that is still to be applied, 1 (upright) to 8.
    """

    values: Samples
    depth: Depth
    format: str
    notes: tuple[str, ...] = ()
    orientation: int = 1
    dpi: Dpi = (None, None)

    def to_image_file(self) -> ImageFile:
        """Return the upright image, float32 in [0, 1], its alpha apart."""
        notes = (*self.notes, "EXIF orientation applied") if self.orientation > 1 else self.notes
        values = _upright(self.values, self.orientation)
        pixels, alpha = (values[..., :-1], values[..., -1]) if values.shape[2] in (2, 4) else (values, None)
        across, down = self.dpi
        dpi = across if across and across == down and 1 <= across <= _FINEST else None
        parts = as_float(pixels), None if alpha is None else as_float(alpha)
        return ImageFile(*parts, self.depth, self.format, tuple(dict.fromkeys(notes)), dpi)


def require_size(width: int, height: int, max_pixels: int, path: Path) -> None:
    """Raise `InputError` for an image without pixels, or with more than `max_pixels`."""
    if not width * height:
        what = f"image has no pixels: {width}x{height}"
        raise InputError(what, code="no-pixels", where=show(path), hint=AGAIN)
    if width * height > max_pixels:
        what = f"image of {width}x{height} exceeds {max_pixels:,} pixels"
        raise InputError(what, code="too-large", where=show(path), hint="raise --max-pixels")


def scaled(values: Samples, most: int) -> tuple[Samples, Depth]:
    """Return unsigned integers from 0 to `most` at the depth that holds them, white at its highest value.

    Up to 8 bits become uint8 and up to 16 uint16, rounded to the nearest value; more become float32 in [0, 1].
    """
    import numpy as np

    if most > 65535:
        return in_parts(lambda part: (part / np.float64(most)).astype(np.float32), values), 32
    depth: Depth = 8 if most <= 255 else 16
    white = 2**depth - 1
    kind = f"u{depth // 8}"
    if most == white:
        return values.astype(kind, copy=False), depth
    return in_parts(
        lambda part: ((part.astype(np.uint32) * white + most // 2) // max(most, 1)).astype(kind), values
    ), depth


def in_parts(convert: Callable[[Samples], Samples], values: Samples) -> Samples:
    """Return values (H, ...) converted some rows at a time, so that intermediate results stay small."""
    import numpy as np

    step = max(1, _AT_ONCE // max(values[:1].size, 1))
    first = convert(values[:step])
    made = np.empty((len(values), *first.shape[1:]), first.dtype)
    made[:step] = first
    for top in range(step, len(values), step):
        made[top : top + step] = convert(values[top : top + step])
    return made


def orientation_of(stored: object) -> int:
    """Return a stored EXIF orientation, 1 (upright) for what is none."""
    return stored if isinstance(stored, int) and stored in range(1, 9) else 1


def _upright(values: Samples, orientation: int) -> Samples:
    """Return values (H, W, C) made upright from an EXIF orientation, 1 to 8 (EXIF 2.32, tag 0x0112)."""
    if orientation >= 5:
        values = values.swapaxes(0, 1)
    rows, columns = _FLIPS.get(orientation, (1, 1))
    return values[::rows, ::columns]


def as_stored(values: Samples, orientation: int) -> Samples:
    """Return upright values (H, W, C) as a file with an EXIF orientation, 1 to 8, stores them."""
    rows, columns = _FLIPS.get(orientation, (1, 1))
    flipped = values[::rows, ::columns]
    return flipped.swapaxes(0, 1) if orientation >= 5 else flipped

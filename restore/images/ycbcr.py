"""TIFF images in YCbCr, with colour differences of lower resolution, as RGB."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

from restore.images.raster import in_parts
from restore.images.tiff_pieces import Wanted, places, read_pieces
from restore.images.tiff_tags import COEFFICIENTS, PLANES, REFERENCE, ROWS, SUBSAMPLING, Tags

if TYPE_CHECKING:
    from restore.images.image_file import Samples

_SEPARATE = 2
_LUMA = (0.299, 0.587, 0.114)
_REFERENCE = (0, 255, 128, 255, 128, 255)
"""Codes of black and white, and of no and full colour, where the file has none (TIFF 6.0, section 21)."""


def read_ycbcr(file: IO[bytes], tags: Tags, width: int, height: int) -> Samples:
    """Return an image of 8-bit YCbCr as RGB, uint8 (H, W, 3); raises OSError where it is corrupt."""
    import numpy as np

    across, down = (*tags.all(SUBSAMPLING, (2, 2)), 2, 2)[:2]
    if across not in (1, 2, 4) or down not in (1, 2, 4):
        raise OSError(f"colour differences of every {across}x{down} pixels")
    planes = _separate if tags.one(PLANES, 1) == _SEPARATE else _together
    codes = (*tags.fractions.get(REFERENCE, ()), *_REFERENCE[len(tags.fractions.get(REFERENCE, ())) :])
    weights = tags.fractions.get(COEFFICIENTS, ())
    share = weights if len(weights) == 3 and weights[1] else _LUMA

    def to_rgb(part: Samples) -> Samples:
        luma, blue, red = np.moveaxis(part.astype(np.float32), -1, 0)
        luma = (luma - codes[0]) * 255 / (codes[1] - codes[0] or 255)
        blue = (blue - codes[2]) * 127 / (codes[3] - codes[2] or 127)
        red = (red - codes[4]) * 127 / (codes[5] - codes[4] or 127)
        r, b = luma + red * (2 - 2 * share[0]), luma + blue * (2 - 2 * share[2])
        g = (luma - share[0] * r - share[2] * b) / share[1]
        values: Samples = np.clip(np.rint(np.stack([r, g, b], axis=-1)), 0, 255).astype(np.uint8)
        return values

    return in_parts(to_rgb, np.stack(planes(file, tags, width, height, across, down), axis=-1))


def _together(file: IO[bytes], tags: Tags, width: int, height: int, across: int, down: int) -> list[Samples]:
    """Return luma and both colour differences (H, W) from blocks of luma, each with one of both differences."""
    import numpy as np

    out = np.empty((3, height, width), np.uint8)
    size = across * down + 2
    wanted = (
        Wanted(place, -(-place.rows // down), -(-place.columns // across) * size)
        for place in places(tags, width, height, 24)
    )
    for place, data in read_pieces(file, tags, wanted):
        blocks = -(-place.rows // down), -(-place.columns // across)
        units = np.frombuffer(data, np.uint8).reshape(*blocks, size)
        luma = units[..., :-2].reshape(*blocks, down, across).swapaxes(1, 2).reshape(blocks[0] * down, -1)
        part = [luma, *(_enlarged(units[..., at], across, down) for at in (-2, -1))]
        for one, values in zip(out, part, strict=True):
            target = one[place.top : place.top + place.rows, place.left : place.left + place.columns]
            target[...] = values[: target.shape[0], : target.shape[1]]
    return list(out)


def _separate(file: IO[bytes], tags: Tags, width: int, height: int, across: int, down: int) -> list[Samples]:
    """Return luma and both colour differences (H, W) from three planes."""
    import numpy as np

    out: list[Samples] = []
    first = 0
    for plane in range(3):
        wide, high = (across, down) if plane else (1, 1)
        columns, rows = -(-width // wide), -(-height // high)
        smaller = _smaller(tags, high)
        values = np.empty((rows, columns), np.uint8)
        wanted = (Wanted(place, place.rows, place.columns) for place in places(smaller, columns, rows, 8, first))
        for place, data in read_pieces(file, tags, wanted):
            target = values[place.top : place.top + place.rows, place.left : place.left + place.columns]
            target[...] = np.frombuffer(data, np.uint8).reshape(place.rows, -1)[: target.shape[0], : target.shape[1]]
            first = place.number + 1
        out.append(_enlarged(values, wide, high)[:height, :width])
    return out


def _smaller(tags: Tags, down: int) -> Tags:
    """Return tags by which strips hold fewer rows, those of the colour differences."""
    rows = tags.one(ROWS)
    return replace(tags, integers={**tags.integers, ROWS: (-(-rows // down),)} if rows else tags.integers)


def _enlarged(values: Samples, across: int, down: int) -> Samples:
    """Return values repeated for the pixels that share them."""
    return values.repeat(down, axis=0).repeat(across, axis=1)

"""Strips and tiles of TIFF files, decompressed and unpacked to whole numbers."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import IO, TYPE_CHECKING

from restore.images.pieces import read_at
from restore.images.pillow import load, strictly
from restore.images.tiff_tags import (
    COMPRESSION,
    COUNTS,
    FILL_ORDER,
    OFFSETS,
    PREDICTOR,
    ROWS,
    TILE_COUNTS,
    TILE_HEIGHT,
    TILE_OFFSETS,
    TILE_WIDTH,
    Tags,
)

if TYPE_CHECKING:
    import numpy as np

    from restore.images.image_file import Samples

NONE, LZW, DEFLATE, PACKBITS = 1, 5, 8, 32773
BYTEWISE = frozenset({NONE, LZW, DEFLATE, 32946, PACKBITS, 34925, 50000})
"""Compressions of bytes, whatever these mean: those four, deflate's older number, LZMA and Zstandard."""
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_HORIZONTAL, _FLOATING = 2, 3
"""Predictors: differences of neighbouring values, and of the bytes of floating-point values."""
_LARGEST_TILE = 2**28
"""Bytes of a tile up to which it may exceed its image: 8192x8192 pixels in RGBA."""
_TOGETHER = 2**24
"""Bytes, unpacked, of the strips or tiles that libtiff decompresses at a time: it is started once for all of them."""
_AT_ONCE = 2**20
"""Values that are unpacked from bits at a time, which takes eight bytes a bit."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the pixels of one plane, or of all channels together, lie in a file: `bits` a value, `channels` a piece."""

    width: int
    height: int
    channels: int
    bits: int
    order: str
    floating: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A strip or tile: the part of the image (rows from `top`, columns from `left`) and its size, in pixels."""

    number: int
    top: int
    left: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A strip or tile that is wanted, as rows of bytes."""

    place: Place
    rows: int
    row_bytes: int

    @property
    def size(self) -> int:
        """Return its bytes, unpacked."""
        return self.rows * self.row_bytes


def places(tags: Tags, width: int, height: int, bits: int, first: int = 0) -> Iterator[Place]:
    """Yield the strips or tiles of a plane of `bits` a pixel, numbered from `first`; raises OSError for impossible ones."""
    tiled = TILE_WIDTH in tags.integers
    columns = tags.one(TILE_WIDTH) if tiled else width
    rows = tags.one(TILE_HEIGHT) if tiled else min(tags.one(ROWS, height) or height, height)
    if columns <= 0 or rows <= 0 or rows * columns * bits > max(_LARGEST_TILE * 8, width * height * bits):
        raise OSError(f"strips or tiles of {columns}x{rows} pixels")
    number = first
    for top in range(0, height, rows):
        for left in range(0, width, columns):
            yield Place(number, top, left, rows if tiled else min(rows, height - top), columns)
            number += 1


def read_pieces(file: IO[bytes], tags: Tags, wanted: Iterable[Wanted]) -> Iterator[tuple[Place, bytes]]:
    """Yield strips or tiles with their bytes, decompressed; raises OSError where some are missing or corrupt.

    libtiff decompresses them, several at a time, as if they were the strips of a greyscale image of 8 bits, so that it
    takes any kind of pixels.
    """
    group: list[Wanted] = []
    for piece in wanted:
        if tags.one(COMPRESSION, NONE) == NONE:
            yield piece.place, _stored(file, tags, piece)
            continue
        fits = not group or (piece.row_bytes == group[0].row_bytes and group[-1].rows == group[0].rows)
        if not fits or sum(one.size for one in group) + piece.size > _TOGETHER:
            yield from _decompressed(file, tags, group)
            group = []
        group.append(piece)
    yield from _decompressed(file, tags, group)


def _stored(file: IO[bytes], tags: Tags, piece: Wanted) -> bytes:
    """Return the bytes of a strip or tile as they are stored, the bits of each in the usual order where it is plain."""
    number = piece.place.number
    name = f"{'tile' if TILE_WIDTH in tags.integers else 'strip'} {number + 1}"
    offsets = tags.all(TILE_OFFSETS) or tags.all(OFFSETS)  # some writers use the tags of strips for tiles
    lengths = tags.all(TILE_COUNTS) or tags.all(COUNTS)
    plain = tags.one(COMPRESSION, NONE) == NONE
    length = lengths[number] if number < len(lengths) else piece.size if plain and not lengths else 0
    if number >= len(offsets) or not offsets[number] or not length:
        raise OSError(f"{name} is missing")
    if plain and length < piece.size:
        raise OSError(f"{name} is cut off")
    data = read_at(file, offsets[number], piece.size if plain else length, name)
    return data.translate(_REVERSED) if plain and tags.one(FILL_ORDER, 1) == 2 else data


def _decompressed(file: IO[bytes], tags: Tags, group: list[Wanted]) -> Iterator[tuple[Place, bytes]]:
    """Yield strips or tiles with the bytes that libtiff decompresses; all but the last have equally many rows."""
    from PIL import TiffImagePlugin

    if not group:
        return
    stored = [_stored(file, tags, piece) for piece in group]
    starts = [8, *accumulate(map(len, stored), initial=8)][1:-1]
    rows, data = sum(piece.rows for piece in group), b"".join(stored)
    lists = struct.pack(f"<{2 * len(group)}I", *starts, *map(len, stored))
    at = 8 + len(data)
    places = (starts[0], len(stored[0])) if len(group) == 1 else (at, at + 4 * len(group))
    fields = {256: (1, group[0].row_bytes), 257: (1, rows), 258: (1, 8), 259: (1, tags.one(COMPRESSION)), 262: (1, 1)}
    fields |= {266: (1, tags.one(FILL_ORDER, 1)), 273: (len(group), places[0]), 277: (1, 1)}
    fields |= {278: (1, group[0].rows), 279: (len(group), places[1])}
    entries = (struct.pack("<HHII", tag, 4, *value) for tag, value in fields.items())
    directory = struct.pack("<H", len(fields)) + b"".join(entries)
    whole = struct.pack("<2sHI", b"II", 42, at + len(lists)) + data + lists + directory + bytes(4)
    with strictly(), TiffImagePlugin.TiffImageFile(io.BytesIO(whole)) as image:
        load(image)
        unpacked = image.tobytes()
    ends = accumulate(piece.size for piece in group)
    for piece, end in zip(group, ends, strict=True):
        yield piece.place, unpacked[end - piece.size : end]


def samples_of(data: bytes, layout: Layout, place: Place, tags: Tags) -> Samples:
    """Return the values of a strip or tile, unsigned integers (rows, columns, channels), floats as their bits.

    24-bit floating point is kept as it is, in 32 bits.
    """
    import numpy as np

    across, bits = place.columns * layout.channels, layout.bits
    kind = kind_of(layout)
    predictor = tags.one(PREDICTOR, 1) if tags.one(COMPRESSION, NONE) not in (NONE, PACKBITS) else 1
    shape = (place.rows, place.columns, layout.channels)
    if predictor == _FLOATING and layout.floating:
        values = _without_floating(np.frombuffer(data, np.uint8).reshape(place.rows, -1), layout, across)
        return values.reshape(shape)
    if bits in (8, 16, 32, 64):
        values = np.frombuffer(data, f"{layout.order}u{bits // 8}").astype(kind)
    elif bits == 24:
        values = _joined(np.frombuffer(data, np.uint8).reshape(-1, 3), layout.order)
    else:
        values = _unpacked(np.frombuffer(data, np.uint8).reshape(place.rows, -1), bits, across, kind)
    values = values.reshape(shape)
    if predictor == _HORIZONTAL:
        values = np.cumsum(values, axis=1, dtype=values.dtype)
        if bits not in (8, 16, 32, 64):
            values &= values.dtype.type((1 << bits) - 1)
    return values


def kind_of(layout: Layout) -> type[np.generic]:
    """Return the smallest type that holds the values."""
    import numpy as np

    kinds: dict[int, type[np.generic]] = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}
    return kinds[next(bits for bits in kinds if layout.bits <= bits)]


def row_bytes(layout: Layout, columns: int) -> int:
    """Return the bytes of a row of a strip or tile, which begins at a whole byte."""
    return math.ceil(columns * layout.channels * layout.bits / 8)


def _joined(triples: Samples, order: str) -> Samples:
    """Return 24-bit numbers from their bytes (N, 3), as uint32."""
    import numpy as np

    parts = (triples if order == ">" else triples[:, ::-1]).astype(np.uint32)
    return parts[:, 0] << np.uint32(16) | parts[:, 1] << np.uint32(8) | parts[:, 2]


def _unpacked(rows: Samples, bits: int, across: int, kind: type[np.generic]) -> Samples:
    """Return numbers of any size from the bits of rows, (rows, across), the first one in the highest bits."""
    import numpy as np

    values = np.zeros((len(rows), across), kind)
    step = max(1, _AT_ONCE // max(across, 1))
    for top in range(0, len(rows), step):
        unpacked = np.unpackbits(rows[top : top + step], axis=1)[:, : across * bits].reshape(-1, across, bits)
        part = values[top : top + step]
        for bit in range(bits):
            part |= unpacked[..., bit].astype(kind) << kind(bits - 1 - bit)
    return values


def _without_floating(rows: Samples, layout: Layout, across: int) -> Samples:
    """Return the bits of floating-point values from differences of their bytes, the highest bytes first.

    Source: Adobe Photoshop TIFF Technical Note 3, Floating Point Predictor.
    """
    import numpy as np

    size = layout.bits // 8
    steps = rows.reshape(len(rows), -1, layout.channels)
    summed = np.cumsum(steps, axis=1, dtype=np.uint8).reshape(len(rows), size, across)
    values = np.ascontiguousarray(summed.swapaxes(1, 2))
    if size == 3:
        return _joined(values.reshape(-1, 3), ">")
    return values.view(f">u{size}").astype(f"u{size}")

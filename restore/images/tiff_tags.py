"""The first directory of a TIFF or BigTIFF file, in either byte order."""

from __future__ import annotations

import contextlib
import io
import struct
from dataclasses import dataclass
from typing import IO

from restore.images.pieces import read_at

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, OFFSETS, ORIENTATION = 256, 257, 258, 259, 262, 266, 273, 274
CHANNELS, ROWS, COUNTS, X_RESOLUTION, Y_RESOLUTION, PLANES, UNIT, PREDICTOR = 277, 278, 279, 282, 283, 284, 296, 317
COLOUR_MAP, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS, INK_SET, EXTRA = 320, 322, 323, 324, 325, 332, 338
SAMPLE_FORMAT, COEFFICIENTS, SUBSAMPLING, REFERENCE = 339, 529, 530, 532
_READ = frozenset(
    {
        *(WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, OFFSETS, ORIENTATION, CHANNELS, ROWS, COUNTS),
        *(X_RESOLUTION, Y_RESOLUTION, PLANES, UNIT, PREDICTOR, COLOUR_MAP, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS),
        *(TILE_COUNTS, INK_SET, EXTRA, SAMPLE_FORMAT, COEFFICIENTS, SUBSAMPLING, REFERENCE),
    }
)
_FRACTIONS = frozenset({X_RESOLUTION, Y_RESOLUTION, COEFFICIENTS, REFERENCE})
_DISPENSABLE = frozenset({X_RESOLUTION, Y_RESOLUTION, UNIT, COLOUR_MAP})
"""Tags that may be damaged: a resolution, and a palette, without which only images that need it cannot be read."""
_SIZES = {1: "B", 2: "B", 3: "H", 4: "I", 5: "II", 6: "b", 7: "B", 8: "h", 9: "i", 10: "ii", 13: "I"}
_LARGE_SIZES = {16: "Q", 17: "q", 18: "Q"}
"""Types of values that are read, as formats of `struct` (TIFF 6.0, section 2, and BigTIFF)."""
_MOST_PAGES = 10_000
"""Pages up to which they are counted."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What the first directory holds: byte order as of `struct`, the values of its tags, and the number of pages."""

    order: str
    integers: dict[int, tuple[int, ...]]
    fractions: dict[int, tuple[float, ...]]
    pages: int

    def all(self, tag: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return the integers of a tag."""
        return self.integers.get(tag, default)

    def one(self, tag: int, default: int = 0) -> int:
        """Return the first integer of a tag."""
        return self.integers[tag][0] if tag in self.integers else default

    @property
    def dpi(self) -> tuple[float | None, float | None]:
        """Return the horizontal and vertical resolution in dots per inch, None for none."""
        inch = {2: 1.0, 3: 2.54}.get(self.one(UNIT, 2))
        across, down = (self.fractions.get(tag, (0.0,))[0] for tag in (X_RESOLUTION, Y_RESOLUTION))
        return (across * inch if inch and across > 0 else None, down * inch if inch and down > 0 else None)


def is_tiff(head: bytes) -> bool:
    """Return whether a file with these first bytes is a TIFF or BigTIFF."""
    return head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_tags(file: IO[bytes]) -> Tags:
    """Read the first directory; raises OSError where it is corrupt (TIFF 6.0, section 2)."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(16).ljust(16, b"\0")
    order = "<" if head[:2] == b"II" else ">"
    large = head[2:4] in (b"+\0", b"\0+")
    at = struct.unpack_from(order + ("Q" if large else "I"), head, 8 if large else 4)[0]
    integers: dict[int, tuple[int, ...]] = {}
    fractions: dict[int, tuple[float, ...]] = {}
    entries, following = _directory(file, order, at, size, large=large)
    for tag, kind, count, place in entries:
        if tag not in _READ or tag in integers or tag in fractions:
            continue
        with contextlib.suppress(OSError) if tag in _DISPENSABLE else contextlib.nullcontext():
            numbers, pairs = _values(file, order, kind, count, place, large=large)
            if tag in _FRACTIONS:
                parts = zip(numbers[::2], numbers[1::2], strict=True) if pairs else ((one, 1) for one in numbers)
                fractions[tag] = tuple(above / below if below else 0.0 for above, below in parts)
            elif pairs:
                raise OSError(f"tag {tag} has fractions")
            else:
                integers[tag] = numbers
    pages, seen = 1, {at}
    while following and following not in seen and pages < _MOST_PAGES:
        seen.add(following)
        try:
            following = _directory(file, order, following, size, large=large)[1]
        except OSError:
            break
        pages += 1
    return Tags(order, integers, fractions, pages)


def _directory(
    file: IO[bytes], order: str, at: int, size: int, *, large: bool
) -> tuple[list[tuple[int, int, int, int]], int]:
    """Return the entries of the directory at an offset, each with the place of its value, and the next one's offset."""
    number, entry, offset = (("Q", "HHQ", "Q")) if large else ("H", "HHI", "I")
    head = struct.calcsize(order + number)
    length = struct.calcsize(order + entry + offset)
    if not 0 < at <= size - head:
        raise OSError("the directory lies outside the file")
    file.seek(at)
    count = struct.unpack(order + number, file.read(head))[0]
    if not 0 < count <= 0xFFFF:
        raise OSError("the directory is empty or too long")
    data = file.read(count * length)
    if len(data) < count * length:
        raise OSError("the directory is cut off")
    following = file.read(struct.calcsize(order + offset))
    places = at + head
    entries = [
        (*struct.unpack_from(order + entry, data, one * length), places + one * length + struct.calcsize(order + entry))
        for one in range(count)
    ]
    complete = len(following) == struct.calcsize(order + offset)
    return entries, struct.unpack(order + offset, following)[0] if complete else 0


def _values(
    file: IO[bytes], order: str, kind: int, count: int, place: int, *, large: bool
) -> tuple[tuple[int, ...], bool]:
    """Return the integers of an entry, and whether they are pairs, the parts of fractions."""
    form = {**_SIZES, **(_LARGE_SIZES if large else {})}.get(kind)
    if form is None or not count:
        raise OSError(f"a tag has {count} values of type {kind}")
    length = count * struct.calcsize(order + form)
    offset = "Q" if large else "I"
    if length > struct.calcsize(order + offset):
        file.seek(place)
        place = struct.unpack(order + offset, file.read(struct.calcsize(order + offset)))[0]
    numbers = struct.unpack(order + str(count * len(form)) + form[0], read_at(file, place, length, "a tag"))
    return numbers, len(form) == 2

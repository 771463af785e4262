"""Tags of TIFF files: those that describe an image are read as bytes and put into another file (TIFF 6.0, section 2)."""

from __future__ import annotations

import array
import io
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from restore.images.metadata import exif
from restore.images.properties import Resolution

DESCRIPTION, ICC, XMP = 270, 34675, 700
_EXIF, _GPS = 34665, 34853
_POINTERS = (_EXIF, _GPS, 40965)
"""Tags that point to tags; the last, on interoperability, is left out."""
KEPT = frozenset(
    {
        *(269, DESCRIPTION, 271, 272, 285, 305, 306, 315, 316, 33432),  # names, texts, camera, date, author, copyright
        *(318, 319, ICC, XMP, 33723, 34377, _EXIF, _GPS),  # colours, metadata of other standards
        *(33550, 33922, 34264, 34735, 34736, 34737, 42112, 42113),  # GeoTIFF and GDAL
    }
)
"""Tags that are as true of a changed image of the same size."""
LAYOUT = frozenset(
    {
        *range(254, 260), *range(262, 267), 273, 274, *range(277, 285), 288, 289, *range(290, 294), 296, 297, 317, 320,
        *range(321, 333), *range(332, 344), 347, *range(512, 522), *range(529, 533), 50706, 50707,
    }
)  # fmt: skip
"""Tags on how pixels and pages are stored, which the writer sets itself, and on values, which may change."""
_ORDERS = {b"II": "<", b"MM": ">"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_UNITS = {5: 4, 10: 4}
"""Bytes of a value by type, and of what its bytes are swapped in, where that is less."""
_LONG, _RATIONAL = 4, 5
_LARGEST, _MOST = 1 << 24, 1 << 26
"""Most bytes of a tag, and of all together: several may claim the same bytes of a file."""
_COMPRESSION, _PHOTOMETRIC, _ROWS, _PLANES, _OPTIONS, _PREDICTOR, _BITS = 259, 262, 278, 284, 292, 317, 258
_ORIENTATION, _ACROSS, _DOWN, _UNIT = 274, 282, 283, 296


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: its number, type and values as little-endian bytes, or the tags that it points to."""

    code: int
    kind: int
    data: bytes
    inner: tuple[Tag, ...] = ()

    @property
    def count(self) -> int:
        """Return the number of values."""
        return len(self.data) // _SIZES[self.kind]

    @property
    def number(self) -> int:
        """Return the first value of a tag of whole numbers."""
        return int.from_bytes(self.data[: _SIZES[self.kind]], "little")

    @property
    def ratio(self) -> float:
        """Return the first value of a tag of fractions, 0 where it has none."""
        if self.kind != _RATIONAL:
            return float(self.number)
        above, below = struct.unpack_from("<II", self.data)
        return above / below if below else 0.0


def read_tags(file: IO[bytes], start: int | None = None) -> dict[int, Tag]:
    """Return the tags of an open TIFF's first image, by number, or those at an offset; raises what corrupt files cause."""
    file.seek(0)
    head, is_first = file.read(16), start is None
    order, big = _ORDERS[head[:2]], head[2:4] in (b"+\0", b"\0+")
    number, pointer, size = ("Q", "Q", 20) if big else ("H", "I", 12)
    if start is None:
        (start,) = struct.unpack_from(order + pointer, head, 8 if big else 4)
    file.seek(start)
    (count,) = struct.unpack(order + number, file.read(8 if big else 2))
    entries = file.read(size * min(count, 0xFFFF))
    found, total = {}, 0
    for place in range(0, len(entries), size):
        code, kind, values = struct.unpack_from(f"{order}HH{pointer}", entries, place)
        length = _SIZES.get(kind, 0) * values
        if not 0 < length <= _LARGEST:
            continue
        data = entries[place + size // 2 + 2 : place + size] if big else entries[place + 8 : place + size]
        total += length
        if total > _MOST:
            raise ValueError("too many bytes of tags")
        if length > len(data):
            file.seek(struct.unpack(order + pointer, data)[0])
            data = file.read(length)
        if len(data) >= length:
            read = _little(data[:length], kind, order)
            found[code] = _first(file, code, kind, read) if is_first else Tag(code, kind, read)
    return found


def write_tags(data: bytes, tags: Iterable[Tag]) -> bytes:
    """Return a TIFF with tags added to its first image, or replaced; its directory moves to the end."""
    order, added = _ORDERS[data[:2]], {tag.code: tag for tag in tags}
    if not added:
        return data
    merged = {**read_tags(io.BytesIO(data)), **added}
    body = data + b"\0" * (len(data) % 2)
    start, directory = _directory(merged.values(), len(body), order)
    return body[:4] + struct.pack(f"{order}I", start) + body[8:] + directory


def pack(tags: Iterable[Tag]) -> bytes:
    """Return tags as a TIFF without an image, which is what an EXIF block is."""
    start, directory = _directory(tags, 8, "<")
    return b"II*\0" + struct.pack("<I", start) + directory


def text_tag(code: int, text: str) -> Tag:
    """Return a tag of text."""
    return Tag(code, 2, text.encode() + b"\0")


def coding_of(tags: Mapping[int, Tag]) -> Mapping[str, Any]:
    """Return how a TIFF stores its pixels: compression and the like, by their names in `restore.images.encoder`."""

    def number(code: int, usual: int) -> int:
        return tags[code].number if code in tags else usual

    return {
        "compression": number(_COMPRESSION, 1),
        "predictor": number(_PREDICTOR, 1),
        "rows": number(_ROWS, 0),
        "options": number(_OPTIONS, 0),
        "planar": number(_PLANES, 1) == 2,
        "white_is_zero": number(_PHOTOMETRIC, 1) == 0,
    }


def resolution_in(tags: Mapping[int, Tag]) -> Resolution:
    """Return the resolution of a TIFF in dots per inch; without a unit, it is per inch."""
    scale = {2: 1.0, 3: 2.54}.get(tags[_UNIT].number if _UNIT in tags else 2)
    across, down = (tags[code].ratio if scale and code in tags else 0.0 for code in (_ACROSS, _DOWN))
    return across * (scale or 0) or None, down * (scale or 0) or None


def swaps_axes(tags: Mapping[int, Tag]) -> bool:
    """Return whether an image is made upright by a quarter turn."""
    return _ORIENTATION in tags and 5 <= tags[_ORIENTATION].number <= 8


def has_palette(tags: Mapping[int, Tag]) -> bool:
    """Return whether pixels are indices."""
    return _PHOTOMETRIC in tags and tags[_PHOTOMETRIC].number == 3


def bits_of(tags: Mapping[int, Tag]) -> int:
    """Return the bits of a sample; a TIFF that does not say has one."""
    return tags[_BITS].number if _BITS in tags else 1


def white_is_zero() -> Tag:
    """Return the tag by which zero is white."""
    return Tag(_PHOTOMETRIC, 3, b"\0\0")


def _first(file: IO[bytes], code: int, kind: int, data: bytes) -> Tag:
    """Return a tag of the first directory, with the tags that it points to."""
    if code in (_EXIF, _GPS):
        inner = read_tags(file, int.from_bytes(data[:4], "little"))
        return Tag(code, _LONG, data[:4], tuple(one for one in inner.values() if one.code not in _POINTERS))
    return Tag(code, kind, exif.upright_xmp(data) if code == XMP else data)


def _little(data: bytes, kind: int, order: str) -> bytes:
    """Return values as little-endian bytes, or such bytes in another order."""
    unit = _UNITS.get(kind, _SIZES[kind])
    if order == "<" or unit == 1:
        return data
    values = array.array({2: "H", 4: "I", 8: "Q"}[unit], data)
    values.byteswap()
    return values.tobytes()


def _directory(tags: Iterable[Tag], start: int, order: str) -> tuple[int, bytes]:
    """Return the offset of a directory of tags that is written at `start` behind its longer values, and all its bytes."""
    entries, values = [], b""
    for tag in sorted(tags, key=lambda one: one.code):
        data = _little(tag.data, tag.kind, order)
        if tag.inner:
            offset, inner = _directory(tag.inner, start + len(values), order)
            values += inner
            data = struct.pack(f"{order}I", offset)
        elif len(data) > 4:
            offset, values = start + len(values), values + data + b"\0" * (len(data) % 2)
            data = struct.pack(f"{order}I", offset)
        entries.append(struct.pack(f"{order}HHI", tag.code, tag.kind, tag.count) + data.ljust(4, b"\0"))
    table = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + b"\0" * 4
    return start + len(values), values + table

"""EXIF and XMP of images that have been made upright and changed (EXIF 2.32, section 4.6)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

MARK = b"Exif\0\0"
"""What precedes the block in JPEG, and in what Pillow returns."""
_ORIENTATION, _SHORT, _ENTRY = 0x0112, 3, 12
_ORDERS = {b"II": "<", b"MM": ">"}
_IN_XMP = re.compile(rb"(?<=tiff:Orientation)(=[\"']|>)([2-8])")


def upright(block: bytes) -> bytes:
    """Return an EXIF block with orientation 1 and without its thumbnail.

    All other bytes stay: offsets within maker notes count from the start of the block. Raises `struct.error` or
    `KeyError` for a corrupt block, as do the other functions.
    """
    patched = bytearray(without_thumbnail(block))
    for place in _orientations(block):
        struct.pack_into(f"{_ORDERS[block[:2]]}H", patched, place, 1)
    return bytes(patched)


def without_thumbnail(block: bytes) -> bytes:
    """Return an EXIF block without its thumbnail."""
    if not block:
        return b""
    patched = bytearray(block)
    struct.pack_into(f"{_ORDERS[block[:2]]}I", patched, _end(block), 0)
    return bytes(patched)


def has_thumbnail(block: bytes) -> bool:
    """Return whether an EXIF block has a thumbnail."""
    return bool(block) and struct.unpack_from(f"{_ORDERS[block[:2]]}I", block, _end(block)) != (0,)


def swaps_axes(block: bytes, xmp: bytes = b"") -> bool:
    """Return whether an image is made upright by a quarter turn, by its EXIF block, else by its XMP."""
    found = [struct.unpack_from(f"{_ORDERS[block[:2]]}H", block, place)[0] for place in _orientations(block)]
    if not found and (named := _IN_XMP.search(xmp)):
        found = [int(named[2])]
    return bool(found) and 5 <= found[0] <= 8


def upright_xmp(data: bytes) -> bytes:
    """Return XMP, or bytes that hold it, with orientation 1."""
    return _IN_XMP.sub(rb"\g<1>1", data)


def _orientations(block: bytes) -> Iterator[int]:
    """Yield where the orientation stands in an EXIF block."""
    if block:
        order = _ORDERS[block[:2]]
        (start,) = struct.unpack_from(f"{order}I", block, 4)
        for place in range(start + 2, _end(block), _ENTRY):
            if struct.unpack_from(f"{order}HH", block, place) == (_ORIENTATION, _SHORT):
                yield place + 8


def _end(block: bytes) -> int:
    """Return the end of the first directory of an EXIF block, where the offset of the thumbnail's stands."""
    order = _ORDERS[block[:2]]
    (start,) = struct.unpack_from(f"{order}I", block, 4)
    (count,) = struct.unpack_from(f"{order}H", block, start)
    return int(start + 2 + count * _ENTRY)

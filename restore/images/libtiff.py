"""Errors of libtiff, collected instead of written to stderr, and errors that it does not report."""

from __future__ import annotations

import contextlib
import ctypes
import re
import struct
from collections.abc import Iterator, Mapping
from typing import IO, Any

_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _PLANES, _SUBSAMPLING = 256, 257, 259, 262, 284, 530  # TIFF tags
_STRIPS, _ROWS, _TILE_WIDTH, _TILE_HEIGHT, _TILES = 273, 278, 322, 323, 324
_GROUP4, _JPEG, _SEPARATE, _YCBCR = 4, 7, 2, 6
"""Values of the tags on compression, planes and photometric interpretation."""


@contextlib.contextmanager
def libtiff_errors() -> Iterator[list[str]]:
    """Collect the first error that libtiff reports within a block, without its format arguments.

    By default libtiff writes errors to stderr, and continues where it can after data that it could not decode. The
    handler is process-wide, so one thread at a time. Where Pillow does not export its libtiff, nothing is collected.
    """
    from PIL import _imaging

    errors: list[str] = []
    try:
        set_handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError):
        yield errors
        return

    def collect(module: bytes | None, text: bytes, _: int) -> None:
        if not errors and b"custom tag" not in text:  # a malicious file causes millions, and metadata are not needed
            what = re.sub("%[^ ,;:)]*", "…", text.decode(errors="replace"))
            errors.append(f"{(module or b'libtiff').decode(errors='replace')}: {what}")

    handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)(collect)
    set_handler.restype = ctypes.c_void_p
    before = set_handler(handler)
    try:
        yield errors
    finally:
        set_handler(ctypes.c_void_p(before))


def leaves_lines(tags: Mapping[int, Any]) -> str:
    """Return the version of a libtiff that leaves missing lines of this Group 4 image undefined, "" for none.

    libtiff does not report Group 4 data that ends early; since 4.7.2, such lines are white.
    """
    if tags.get(_COMPRESSION) != _GROUP4:
        return ""
    from PIL import features

    version = features.version_codec("libtiff") or ""
    parts = tuple(int(part) for part in re.findall(r"\d+", version))
    return version if parts < (4, 7, 2) else ""


def judge_jpeg(file: IO[bytes], tags: Mapping[int, Any]) -> None:
    """Raise OSError where the JPEG of a strip or tile is smaller than the strip or tile: the rest stays undefined.

    libtiff only warns of it, and Pillow drops its warnings (libtiff 4.7, tif_jpeg.c, JPEGPreDecode).
    """
    if tags.get(_COMPRESSION) != _JPEG:
        return
    width, height = tags[_WIDTH], tags[_HEIGHT]
    tiled = _TILES in tags
    across, down = (tags[_TILE_WIDTH], tags[_TILE_HEIGHT]) if tiled else (width, min(tags.get(_ROWS, height), height))
    plane = -(-width // across) * -(-height // down)
    subsampled = tags.get(_PLANES) == _SEPARATE and tags.get(_PHOTOMETRIC) == _YCBCR
    squeeze = tags.get(_SUBSAMPLING, (2, 2))[0] if subsampled else 1
    for number, offset in enumerate(tags.get(_TILES, tags.get(_STRIPS, ()))):
        columns = across if number < plane else -(-across // squeeze)
        rows = down if tiled else min(down, height - number % plane * down)
        had = _jpeg_size(file, offset)
        if had[0] < columns or had[1] < rows:
            raise OSError(f"JPEG of {had[0]}x{had[1]} in a strip or tile of {columns}x{rows}")


def _jpeg_size(file: IO[bytes], offset: int) -> tuple[int, int]:
    """Return width and height of the JPEG at an offset; raises OSError where it has none (ITU-T T.81, B.2.2)."""
    file.seek(offset + 2)
    while len(head := file.read(9)) == 9:
        marker, length, _, height, width = struct.unpack(">HHBHH", head)
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            return width, height
        if marker < 0xFF00 or length < 2:
            break
        file.seek(length - 7, 1)
    raise OSError("JPEG without a frame header")

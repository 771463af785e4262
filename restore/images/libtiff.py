"""What libtiff calls an error, heard instead of written to stderr, and what it should call one."""

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
    """Keep the first error that libtiff tells within a block, without the values in it.

    By itself it writes errors to stderr, and goes on where it can with what it could not decode. The handler is a
    setting of the process, so one thread at a time. Where Pillow hides its libtiff, nothing is heard.
    """
    from PIL import _imaging

    told: list[str] = []
    try:
        set_handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError):
        yield told
        return

    def hear(module: bytes | None, text: bytes, _: int) -> None:
        if not told:  # a hostile file has millions
            what = re.sub("%[^ ,;:)]*", "…", text.decode(errors="replace"))
            told.append(f"{(module or b'libtiff').decode(errors='replace')}: {what}")

    handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)(hear)
    set_handler.restype = ctypes.c_void_p
    before = set_handler(handler)
    try:
        yield told
    finally:
        set_handler(ctypes.c_void_p(before))


def leaves_lines(tags: Mapping[int, Any]) -> str:
    """Return the version of a libtiff that would leave the missing lines of this fax code undefined, "" for none.

    It tells nobody that the code of Group 4 ended early, and only since 4.7.2 are such lines white.
    """
    from PIL import features

    version = features.version_codec("libtiff") or ""
    parts = tuple(int(part) for part in re.findall(r"\d+", version))
    return version if tags.get(_COMPRESSION) == _GROUP4 and parts < (4, 7, 2) else ""


def judge_jpeg(file: IO[bytes], tags: Mapping[int, Any]) -> None:
    """Raise OSError where the JPEG of a strip or a tile is smaller than that: libtiff leaves the rest undefined.

    Of that it only warns, which Pillow lets nobody hear (libtiff 4.7, tif_jpeg.c, JPEGPreDecode).
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
            raise OSError(f"a JPEG of {had[0]}x{had[1]} where {columns}x{rows} belong")


def _jpeg_size(file: IO[bytes], offset: int) -> tuple[int, int]:
    """Return width and height of the JPEG at an offset; raises OSError where it tells none (ITU-T T.81, B.2.2)."""
    file.seek(offset + 2)
    while len(head := file.read(9)) == 9:
        marker, length, _, height, width = struct.unpack(">HHBHH", head)
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            return width, height
        if marker < 0xFF00 or length < 2:
            break
        file.seek(length - 7, 1)
    raise OSError("a JPEG without a size")

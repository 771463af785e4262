"""Segments of JPEG files: codings that are not decoded, and files reduced to what pixels depend on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from restore.errors import InputError
from restore.images.pieces import Pieces
from restore.text import show

SIGNATURE = b"\xff\xd8\xff"
_ADOBE, _COMMENT, _SCAN = 0xEE, 0xFE, 0xDA
_PROGRESSIVE = 0xC2
_APPLICATIONS = range(0xE0, 0xF0)
"""Markers of segments of applications: metadata, but for Adobe's, which says how colours are stored."""
_CODINGS = {
    0xC3: "lossless coding",
    0xCB: "lossless coding",
    0xF7: "lossless coding (JPEG-LS)",
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical coding"),
}
"""Codings that are not decoded, by the markers of their frames (ITU-T T.81, table B.1, and T.87)."""


def require_coding(file: IO[bytes], path: Path) -> None:
    """Raise `InputError` for a JPEG in a coding that is not decoded."""
    for marker, _, _ in _segments(file):
        if marker in _CODINGS:
            what = f"JPEG with {_CODINGS[marker]} is not supported"
            raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as PNG")


def is_progressive(data: bytes) -> bool:
    """Return whether a JPEG has progressive scans."""
    return any(marker == _PROGRESSIVE for marker, _, _ in _segments(io.BytesIO(data)))


def without_metadata(file: IO[bytes]) -> IO[bytes]:
    """Return a JPEG without the segments of applications and comments before its pixels."""
    parts, at = [(0, 2)], 2
    for marker, start, end in _segments(file):
        at = end
        if marker == _ADOBE or (marker not in _APPLICATIONS and marker != _COMMENT):
            parts.append((start, end))
    return cast(IO[bytes], Pieces(file, [*parts, (at, file.seek(0, io.SEEK_END))]))


def _segments(file: IO[bytes]) -> Iterator[tuple[int, int, int]]:
    """Yield the marker of each segment before the pixels, its offset and its end (ITU-T T.81, annex B)."""
    size, at = file.seek(0, io.SEEK_END), 2
    while at < size:
        file.seek(at)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == _SCAN:
            break
        end = at + 2 + int.from_bytes(head[2:], "big") if head[1] != 0xFF else at + 1
        yield head[1], at, min(end, size)
        at = end

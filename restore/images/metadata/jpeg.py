"""Segments of JPEG files (ITU-T T.81, annex B), and how their pixels are coded."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from restore.images.metadata import exif

if TYPE_CHECKING:
    from PIL.Image import Image

Segment: TypeAlias = tuple[int, bytes]
"""Marker and content of a segment."""
COMMENT = 0xFE
_SCAN, _APP0, _APP1, _APP14 = 0xDA, 0xE0, 0xE1, 0xEE
_ICC, _PAGES = b"ICC_PROFILE\0", b"MPF\0"
"""What begins the segments of ICC profiles, and of further images in the file."""


def read_segments(file: IO[bytes]) -> tuple[Segment, ...]:
    """Return the comments and application segments of an open JPEG that a changed, upright image keeps.

    Resolution (APP0), colour transform (APP14) and further images are left to the encoder.
    """
    file.seek(2)
    kept: list[Segment] = []
    while len(head := file.read(2)) == 2:
        marker = head[1]
        if marker == 0xFF:  # a fill byte
            file.seek(-1, 1)
            continue
        if head[0] != 0xFF or marker == _SCAN:
            break
        (length,) = struct.unpack(">H", file.read(2))
        body = file.read(length - 2)
        if body.startswith(exif.MARK):
            body = exif.MARK + exif.upright(body.removeprefix(exif.MARK))
        elif marker == _APP1:
            body = exif.upright_xmp(body)
        own = marker == COMMENT or (_APP0 < marker <= 0xEF and marker != _APP14)
        kept += [(marker, body)] if own and not body.startswith(_PAGES) else []
    return tuple(kept)


def write_segments(data: bytes, segments: Iterable[Segment]) -> bytes:
    """Return a JPEG with segments put behind its first, APP0."""
    end = 4 + struct.unpack_from(">H", data, 4)[0] if data[3] == _APP0 else 2
    packed = (struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in segments)
    return data[:end] + b"".join(packed) + data[end:]


def is_profile(segment: Segment) -> bool:
    """Return whether a segment is a part of an ICC profile."""
    return segment[1].startswith(_ICC)


def coding_of(image: Image) -> Mapping[str, Any]:
    """Return the quantisation tables of a decoded JPEG, its chroma subsampling and order, as Pillow's encoder takes them."""
    from PIL.JpegImagePlugin import get_sampling

    sampling = get_sampling(image)
    return {
        "qtables": [list(table) for _, table in sorted(image.quantization.items())],  # type: ignore[attr-defined]
        "subsampling": max(sampling, 0),
        "progressive": bool(image.info.get("progressive")),
        "unusual": sampling < 0 and image.mode not in ("L", "CMYK"),
    }

"""Segments of JPEG files (ITU-T T.81, annex B), and how their pixels are coded."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from restore.errors import RequestError
from restore.images.metadata import exif

if TYPE_CHECKING:
    from PIL.Image import Image

Segment: TypeAlias = tuple[int, bytes]
"""Marker and content of a segment."""
COMMENT = 0xFE
_SCAN, _APP0, _APP1, _APP14 = 0xDA, 0xE0, 0xE1, 0xEE
_ICC, _XMP, _PAGES = b"ICC_PROFILE\0", b"http://ns.adobe.com/xap/1.0/\0", b"MPF\0"
"""What begins the segments of ICC profiles, of XMP, and of further images in the file."""
_LONGEST = 0xFFFF - 2
"""Most bytes of a segment's content."""


def read_segments(file: IO[bytes]) -> tuple[Segment, ...]:
    """Return the comments and application segments of an open JPEG that a changed, upright image keeps, but for XMP.

    Resolution (APP0), colour transform (APP14) and further images are left to the encoder.
    """
    kept: list[Segment] = []
    for marker, content in all_segments(file):
        body = content
        if body.startswith(exif.MARK):
            body = exif.MARK + exif.upright(body.removeprefix(exif.MARK))
        elif marker == _APP1:
            body = exif.upright_xmp(body)
        own = marker == COMMENT or (_APP0 < marker <= 0xEF and marker != _APP14)
        kept += [(marker, body)] if own and not body.startswith((_PAGES, _XMP)) else []
    return tuple(kept)


def all_segments(file: IO[bytes]) -> Iterator[Segment]:
    """Yield every segment of an open JPEG before its pixels."""
    file.seek(2)
    while len(head := file.read(2)) == 2:
        marker = head[1]
        if marker == 0xFF:  # a fill byte
            file.seek(-1, 1)
            continue
        if head[0] != 0xFF or marker == _SCAN:
            break
        (length,) = struct.unpack(">H", file.read(2))
        yield marker, file.read(length - 2)


def write_segments(data: bytes, segments: Iterable[Segment]) -> bytes:
    """Return a JPEG with segments put behind its first, APP0."""
    end = 4 + struct.unpack_from(">H", data, 4)[0] if data[3] == _APP0 else 2
    return data[:end] + b"".join(map(pack, segments)) + data[end:]


def pack(segment: Segment) -> bytes:
    """Return a segment's bytes in the file."""
    marker, body = segment
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def xmp_segment(xmp: bytes) -> Segment:
    """Return the segment of an XMP packet; raises `RequestError` for one that is too large for one segment."""
    if len(_XMP) + len(xmp) > _LONGEST:
        hint = "choose another format: --format png or tif"
        raise RequestError("the XMP data do not fit into a JPEG", code="format-unfit", hint=hint)
    return _APP1, _XMP + xmp


def xmp_in(segment: Segment) -> bytes | None:
    """Return the XMP packet in a segment, None for others."""
    marker, body = segment
    return body.removeprefix(_XMP) if marker == _APP1 and body.startswith(_XMP) else None


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

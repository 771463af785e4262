"""The properties of an image file, read beside its pixels."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import IO

from restore.images.decoder import look_at
from restore.images.image_file import ImageFile
from restore.images.metadata import exif, jpeg, png, tiff
from restore.images.pillow import FAULTS
from restore.images.properties import Properties, Resolution

_METRE = 0.0254
"""An inch."""


def with_properties(image: ImageFile, file: IO[bytes], formats: tuple[str, ...]) -> ImageFile:
    """Return the content of an open file, one of Pillow's `formats`, with its properties.

    Where they are corrupt, only the resolution is kept, with a note.
    """
    try:
        return replace(image, properties=_read(file, image.format, formats))
    except FAULTS:
        notes = dict.fromkeys((*image.notes, "damaged metadata ignored"))
        return replace(image, properties=Properties((image.dpi, image.dpi)), notes=tuple(notes))


def _read(file: IO[bytes], name: str, formats: tuple[str, ...]) -> Properties:
    """Return the properties of an open file of the format `name`; raises what corrupt metadata raises."""
    file.seek(0)
    match name:
        case "TIFF":
            return _of_tiff(file)
        case "PNG":
            return _of_png(file)
        case "BMP" | "DIB":
            return _of_bmp(file.read(54))
    image, dpi = look_at(file, formats)
    block, icc = (image.info.get("exif") or b"").removeprefix(exif.MARK), image.info.get("icc_profile") or b""
    xmp = image.info.get("xmp") or b""
    turned = _turned(dpi, block, xmp)
    thumbnail = _thumbnail(block)
    if name in ("JPEG", "MPO"):
        coding, segments = jpeg.coding_of(image), jpeg.read_segments(file)
        text = any(marker == jpeg.COMMENT for marker, _ in segments)
        held = exif.upright(block), exif.upright_xmp(xmp)
        return Properties(turned, icc, *held, segments, text, thumbnail, coding=coding)
    if name == "WEBP":
        coding = {"lossy": _is_lossy(file)}
        return Properties(turned, icc, exif.upright(block), exif.upright_xmp(xmp), others=thumbnail, coding=coding)
    comment = image.info.get("comment") if name == "GIF" else None
    blocks = (comment,) if isinstance(comment, bytes) else ()
    bits = 1 if image.mode == "1" else 8
    return Properties(turned, blocks=blocks, text=bool(blocks), bits=bits, palette=name == "GIF")


def _of_png(file: IO[bytes]) -> Properties:
    bits, palette, chunks, dropped = png.read_chunks(file)
    found = dict(chunks)
    block = found.get(b"eXIf", b"").removeprefix(exif.MARK)
    packets = [packet for packet in map(png.xmp_in, chunks) if packet is not None]
    xmp = packets[0] if packets else b""
    return Properties(
        _turned(png.resolution_in(found.get(b"pHYs", b"")), block, xmp),
        png.profile_in(found.get(b"iCCP", b"")),
        exif.upright(block),
        exif.upright_xmp(xmp),
        tuple(one for one in chunks if one[0] not in (b"pHYs", b"eXIf") and png.xmp_in(one) is None),
        any(one[0] in png.TEXTS and png.xmp_in(one) is None for one in chunks),
        _thumbnail(block) + dropped,
        bits,
        palette,
    )


def _of_tiff(file: IO[bytes]) -> Properties:
    tags = tiff.read_tags(file)
    kept = tuple(tag for tag in tags.values() if tag.code in tiff.KEPT)
    described = [tag for tag in kept if tag.code not in (tiff.ICC, tiff.XMP)]
    across, down = tiff.resolution_in(tags)
    return Properties(
        (down, across) if tiff.swaps_axes(tags) else (across, down),
        tags[tiff.ICC].data if tiff.ICC in tags else b"",
        tiff.pack(described) if described else b"",
        tags[tiff.XMP].data if tiff.XMP in tags else b"",
        tuple(tag for tag in kept if tag.code != tiff.XMP),
        others=tuple(f"TIFF tag {code}" for code in sorted({*tags} - tiff.KEPT - tiff.LAYOUT)),
        bits=tiff.bits_of(tags),
        palette=tiff.has_palette(tags),
        coding=tiff.coding_of(tags),
    )


def _of_bmp(head: bytes) -> Properties:
    """Return the properties of a BMP from its first 54 bytes (BITMAPINFOHEADER; the older one has 12 bytes)."""
    start = 14 if head[:2] == b"BM" else 0
    if int.from_bytes(head[start : start + 4], "little") < 40:
        bits, compression, dpi = head[start + 10], 0, (0.0, 0.0)
    else:
        bits, compression, _, across, down = struct.unpack_from("<HIIii", head, start + 14)
        dpi = across * _METRE, down * _METRE
    indexed = bits in (2, 4, 8)
    return Properties((dpi[0] or None, dpi[1] or None), bits=bits, palette=indexed, coding={"compression": compression})


def _is_lossy(file: IO[bytes]) -> bool:
    """Return whether the first image of an open WebP is coded with loss (RFC 9649, section 2.5)."""
    file.seek(12)
    while len(head := file.read(8)) == 8:
        name, length = struct.unpack("<4sI", head)
        if name in (b"VP8 ", b"VP8L"):
            return bool(name == b"VP8 ")
        file.seek(16 if name == b"ANMF" else length + length % 2, 1)  # a frame holds further chunks
    return False


def _turned(dpi: Resolution, block: bytes, xmp: bytes) -> Resolution:
    """Return the resolution of the upright image."""
    return (dpi[1], dpi[0]) if exif.swaps_axes(block, xmp) else dpi


def _thumbnail(block: bytes) -> tuple[str, ...]:
    return ("EXIF thumbnail",) if exif.has_thumbnail(block) else ()

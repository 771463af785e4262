"""PNG files, checked chunk by chunk, and reduced to what pixels depend on."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from restore.errors import InputError
from restore.images.pieces import Pieces
from restore.text import show

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
"""Chunks that the pixels depend on: all critical ones, and transparency."""
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_PROFILES = (b"Raw profile type exif", b"XML:com.adobe.xmp")
"""Keywords of the texts in which an orientation is stored."""
_MOST_TEXT = 2**20
"""Bytes, unpacked, up to which Pillow reads a text."""
_MOST_EXIF = 2**24
"""Bytes up to which EXIF data are read, 256 times what JPEG can hold."""
_MOST_CHUNKS = 2**20
"""Chunks up to which a file is read: 8 GiB of pixels in chunks of 8 KiB, which is what libpng writes."""
_BLOCK = 2**16


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk: its kind, the offset of its length field and the length of its data; `whole` where its checksum is right."""

    kind: bytes
    at: int
    length: int
    whole: bool

    @property
    def name(self) -> str:
        """Return its kind as text, four letters."""
        return self.kind.decode("ascii")

    @property
    def end(self) -> int:
        """Return the offset behind the checksum."""
        return self.at + 12 + self.length


def checked(file: IO[bytes], path: Path) -> tuple[IO[bytes], list[str]]:
    """Return a PNG without the chunks that are not needed, in any size and state, and notes on damaged ones and frames.

    Raises OSError where a chunk that pixels depend on is damaged, missing or out of place, and `InputError` for chunks
    that a reader must understand and this one does not.
    """
    chunks = _chunks(file)
    kinds = [chunk.kind for chunk in chunks]
    for chunk in chunks:
        if chunk.kind in _PIXELS:
            if not chunk.whole:
                raise OSError(f"checksum of the {chunk.name} chunk is wrong")
        elif chunk.kind[:1].isupper():
            what = f"PNG with a {chunk.name} chunk is not supported"
            raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as a standard PNG")
    if not kinds or kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise OSError("PNG without its header or pixels")
    first, count = kinds.index(b"IDAT"), kinds.count(b"IDAT")
    if kinds[first : first + count] != [b"IDAT"] * count:
        raise OSError("IDAT chunks are not consecutive")
    if any(kinds.count(kind) > 1 for kind in (b"IHDR", b"PLTE", b"tRNS")):
        raise OSError("a chunk that may occur once is repeated")
    if any(kind in (b"PLTE", b"tRNS") for kind in kinds[first:]):
        raise OSError("a palette or transparency follows the pixels")
    notes = [f"damaged {chunk.name} chunk ignored" for chunk in chunks if not chunk.whole]
    notes += [] if kinds[-1] == b"IEND" else ["the file ends early, after its pixels"]
    frames = _frames(file, chunks[:first])
    notes += [f"first of {frames} pages read"] if frames > 1 else []
    head = [chunk for chunk in chunks[:first] if chunk.kind in _PIXELS]
    kept = [*head, *_metadata(file, chunks), *chunks[first : first + count]]
    kept += [chunk for chunk in chunks[-1:] if chunk.kind == b"IEND"]
    parts = [(0, len(SIGNATURE)), *((chunk.at, chunk.end) for chunk in kept)]
    return cast(IO[bytes], Pieces(file, parts)), notes


def _chunks(file: IO[bytes]) -> list[Chunk]:
    """Return the chunks up to IEND, or up to where the file ends."""
    chunks: list[Chunk] = []
    at = len(SIGNATURE)
    while not chunks or chunks[-1].kind != b"IEND":
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if not kind.isalpha() or len(chunks) == _MOST_CHUNKS:
            raise OSError("the chunks are damaged")
        total, left = zlib.crc32(kind), length
        while left and (block := file.read(min(left, _BLOCK))):
            total, left = zlib.crc32(block, total), left - len(block)
        if left:
            if kind in _PIXELS - {b"IEND"}:
                raise OSError(
                    "the file ends within its pixels" if kind == b"IDAT" else "the file ends within its header"
                )
            break
        chunks.append(Chunk(kind, at, length, file.read(4) == total.to_bytes(4, "big")))
        at = chunks[-1].end
    return chunks


def _frames(file: IO[bytes], before: list[Chunk]) -> int:
    """Return the number of images in a file, from the chunks before its pixels (APNG, which adds acTL and fcTL)."""
    for chunk in before:
        if chunk.kind == b"acTL" and chunk.whole and chunk.length == 8:
            apart = all(one.kind != b"fcTL" for one in before)
            return int.from_bytes(_data(file, chunk)[:4], "big") + apart
    return 1


def _metadata(file: IO[bytes], chunks: list[Chunk]) -> list[Chunk]:
    """Return the whole chunks of a resolution and an orientation that Pillow reads, the first of each kind."""
    found: dict[bytes, Chunk] = {}
    for chunk in chunks:
        if not chunk.whole:
            continue
        if (chunk.kind == b"pHYs" and chunk.length == 9) or (chunk.kind == b"eXIf" and chunk.length <= _MOST_EXIF):
            found.setdefault(chunk.kind, chunk)
        elif chunk.kind in _TEXTS and chunk.length <= _MOST_TEXT:
            data = _data(file, chunk)
            keyword = data.partition(b"\0")[0]
            if keyword in _PROFILES and keyword not in found and _is_short(chunk.kind, data):
                found[keyword] = chunk
    return list(found.values())


def _data(file: IO[bytes], chunk: Chunk) -> bytes:
    file.seek(chunk.at + 8)
    return file.read(chunk.length)


def _is_short(kind: bytes, data: bytes) -> bool:
    """Return whether a text is unpacked within the limit (PNG specification, section 11.3.3)."""
    rest = data.partition(b"\0")[2]
    packed = rest[1:]
    if kind == b"iTXt":
        packed = rest[2:].split(b"\0", 2)[-1] if rest[:1] == b"\1" else b""
    if kind == b"tEXt" or not packed:
        return True
    try:
        return len(zlib.decompressobj().decompress(packed, _MOST_TEXT)) < _MOST_TEXT
    except zlib.error:
        return False

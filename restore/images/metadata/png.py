"""Chunks of PNG files, and PNG with 16 bits and several channels (PNG specification, third edition)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from restore.images.properties import Resolution

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[Any]

Chunk: TypeAlias = tuple[bytes, bytes]
"""Name and content of a chunk."""
TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_COLOUR = (b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"cICP")
_SHARED = (b"tRNS", b"tIME", b"acTL", b"fcTL", b"fdAT")
"""Ancillary chunks on alpha and further images, and the time of the last change, which is no longer true."""
_PROFILES = b"Raw profile type "
"""What begins texts that hold metadata as hexadecimal digits, among them the orientation."""
_XMP = b"XML:com.adobe.xmp\0"
"""What begins the text that is an XMP packet (XMP specification, part 3, section 1.1.5)."""
_SIGNATURE, _HEADER_END, _PALETTE = 8, 33, 3
_SAFE = 0x20
"""Bit of a name's last letter: the chunk may be copied though the image is changed (section 5.4)."""
_LARGEST = 1 << 24
"""Most bytes of a chunk that is copied."""


def read_chunks(file: IO[bytes]) -> tuple[int, bool, tuple[Chunk, ...], tuple[str, ...]]:
    """Return the bit depth of an open PNG, whether it has a palette, the chunks kept by a changed image, others' names."""
    file.seek(_SIGNATURE)
    kept: list[Chunk] = []
    others: list[str] = []
    bits, colour = 8, 0
    while len(head := file.read(8)) == 8:
        length, name = struct.unpack(">I4s", head)
        if name == b"IEND":
            break
        if name == b"IHDR":
            _, _, bits, colour = struct.unpack(">IIBB", file.read(10))
            file.seek(length - 10 + 4, 1)
        elif name[:1].islower() and name not in _SHARED and _is_kept(name) and length <= _LARGEST:
            body = file.read(length)
            file.seek(4, 1)
            if name in TEXTS and body.startswith(_PROFILES):
                others.append("EXIF or XMP data in a text chunk")
            else:
                kept.append((name, body))
        else:
            others += [f"PNG chunk {name.decode('latin-1')}"] if name[:1].islower() and name not in _SHARED else []
            file.seek(length + 4, 1)
    return bits, colour == _PALETTE, tuple(kept), tuple(dict.fromkeys(others))


def write_chunks(png: bytes, chunks: Iterable[Chunk]) -> bytes:
    """Return a PNG with chunks put behind its header."""
    return png[:_HEADER_END] + b"".join(map(_pack, chunks)) + png[_HEADER_END:]


def resolution_chunk(dpi: tuple[float, float]) -> Chunk:
    """Return the chunk for a resolution in dots per inch, which PNG stores as pixels per metre."""
    return b"pHYs", struct.pack(">IIB", *(round(one / 0.0254) for one in dpi), 1)


def resolution_in(body: bytes) -> Resolution:
    """Return the resolution in a chunk pHYs, if any: that of an aspect ratio is none."""
    if len(body) < 9 or body[8] != 1:
        return None, None
    across, down = struct.unpack_from(">II", body)
    return across * 0.0254 or None, down * 0.0254 or None


def xmp_in(chunk: Chunk) -> bytes | None:
    """Return the XMP packet in a chunk, None in others; raises `zlib.error` or `LookupError` where it is corrupt."""
    name, body = chunk
    if name != b"iTXt" or not body.startswith(_XMP):
        return None
    text = body[len(_XMP) + 2 :].split(b"\0", 2)[2]
    return zlib.decompressobj().decompress(text, _LARGEST) if body[len(_XMP)] else text


def xmp_chunk(xmp: bytes) -> Chunk:
    """Return the chunk for an XMP packet."""
    return b"iTXt", _XMP + b"\0\0\0\0" + xmp


def profile_in(body: bytes) -> bytes:
    """Return the ICC profile in a chunk iCCP, if any; raises `zlib.error` where it is corrupt."""
    packed = body.partition(b"\0")[2][1:]
    return zlib.decompressobj().decompress(packed, _LARGEST) if packed else b""


def comment_chunk(comment: str) -> Chunk:
    """Return the chunk for a comment."""
    return b"tEXt", b"Comment\0" + comment.encode("latin-1", "replace")


def profile_chunk(icc: bytes) -> Chunk:
    """Return the chunk for an ICC profile."""
    return b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc)


def encode_deep(values: Values) -> bytes:
    """Return a 16-bit PNG of values uint16 (H, W, C), C = 2, 3 or 4."""
    import numpy as np

    height, width, channels = values.shape
    colour = {2: 4, 3: 2, 4: 6}[channels]
    lines = values.astype(">u2").reshape(height, -1).view(np.uint8)
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    data = zlib.compress(_filter(lines, 2 * channels).tobytes())
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_pack, ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))))


def _is_kept(name: bytes) -> bool:
    return name in _COLOUR or bool(name[3] & _SAFE)


def _pack(chunk: Chunk) -> bytes:
    name, body = chunk
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _filter(lines: Values, step: int) -> Values:
    """Return lines of bytes (H, N), each filtered by the type that leaves the smallest sum, after its number.

    `step`: bytes of a pixel. The rule is that of section 12.7: the sum of the absolute values, taken as signed.
    """
    import numpy as np

    rows = np.empty((lines.shape[0], lines.shape[1] + 1), np.uint8)
    above = np.zeros(lines.shape[1] + step, np.int16)
    for row, line in zip(rows, lines, strict=True):
        here = np.concatenate([np.zeros(step, np.int16), line.astype(np.int16)])
        now, left, up, corner = here[step:], here[:-step], above[step:], above[:-step]
        tried = [now, now - left, now - up, now - (left + up) // 2, now - _paeth(left, up, corner)]
        sums = [int(np.abs(one.astype(np.int8).astype(np.int16)).sum()) for one in tried]
        row[0] = best = int(np.argmin(sums))
        row[1:] = tried[best].astype(np.uint8)
        above = here
    return rows


def _paeth(left: Values, up: Values, corner: Values) -> Values:
    """Return the neighbour nearest to left + up - corner for each byte (section 9.4)."""
    import numpy as np

    guess = left + up - corner
    away, apart, aslant = np.abs(guess - left), np.abs(guess - up), np.abs(guess - corner)
    return np.where((away <= apart) & (away <= aslant), left, np.where(apart <= aslant, up, corner))

"""Decoding BMP files: palettes, bit masks of any size, and headers of Windows and OS/2."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from restore.errors import InputError
from restore.images.image_file import is_grey
from restore.images.pieces import read_at
from restore.images.raster import Dpi, Raster, require_size, scaled
from restore.text import show

if TYPE_CHECKING:
    from restore.images.image_file import Depth, Samples

_RGB, _FIELDS, _ALPHA_FIELDS = 0, 3, 6
_RLE = (1, 2)
"""Compressions of the header; run lengths of 8 and 4 bits are decoded by Pillow."""
_OTHERS = {3: "Huffman 1D compression", 4: "an embedded JPEG", 5: "an embedded PNG"}
_OS2_OTHERS = {3: "Huffman 1D compression", 4: "24-bit run lengths"}
_SIZES = (12, *range(16, 65, 4), 108, 124)
"""Sizes of headers: 12 to 64 bytes of OS/2, 40 to 124 of Windows."""
_MASKS = {16: (0x7C00, 0x3E0, 0x1F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0)}
"""Masks of red, green, blue and alpha where the header has none."""
_ZERO_MASKS = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
"""What 32 bits mean where the header has masks, all of them zero."""
_INCHES = 39.3701
"""Inches in a metre."""


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a BMP or DIB; `top_down` for rows from the top, `palette_at` and `pixels_at` are offsets."""

    size: int
    width: int
    height: int
    top_down: bool
    bits: int
    compression: int
    masks: tuple[int, int, int, int]
    entries: int
    entry: int
    palette_at: int
    pixels_at: int
    dpi: Dpi
    dib: bool

    @property
    def is_os2(self) -> bool:
        """Return whether the header is one of OS/2."""
        return self.size < 40 or self.size == 64


def is_bmp(head: bytes) -> bool:
    """Return whether a file with these first 18 bytes is a BMP, or a DIB: a BMP without its file header."""
    if head[:2] == b"BM":
        return True
    size = int.from_bytes(head[:4], "little")
    planes = head[8:10] if size == 12 else head[12:14]
    return size in _SIZES and planes == b"\x01\x00"


def read_header(file: IO[bytes]) -> Header:
    """Read the header of a BMP or DIB; raises OSError where it is corrupt (Windows GDI, BITMAPINFOHEADER)."""
    file.seek(0)
    head = file.read(18)
    dib = head[:2] != b"BM"
    start = 0 if dib else 14
    file.seek(start)
    size = int.from_bytes(file.read(4), "little")
    body = file.read(size - 4) if size in _SIZES else b""
    if len(body) != size - 4:
        raise OSError(f"BMP header of {size} bytes")
    body = body.ljust(120, b"\0")
    if size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", body)
        compression = across = down = entries = 0
    else:
        width, height, _, bits, compression, _, across, down, entries = struct.unpack_from("<iiHHIIiiI", body)
    palette_at = start + size
    masks = _MASKS.get(bits, (0, 0, 0, 0))
    if compression in (_FIELDS, _ALPHA_FIELDS) and bits in _MASKS and size >= 40 and size != 64:
        count = 4 if compression == _ALPHA_FIELDS or size >= 56 else 3
        if size == 40:
            body = body[:36] + file.read(4 * count).ljust(16, b"\0")
            palette_at += 4 * count
        found = struct.unpack_from(f"<{count}I", body, 36)
        masks = (*found[:3], found[3] if count == 4 else 0)
        if bits == 32 and not any(masks):
            masks = _ZERO_MASKS
    entry, possible = (3 if size == 12 else 4), 1 << bits if bits <= 8 else 0
    stored = (entries or possible) if bits <= 8 else entries
    pixels_at = 0 if dib else int.from_bytes(head[10:14], "little")
    if not pixels_at or (bits <= 8 and pixels_at == start + size):
        pixels_at = palette_at + entry * stored
    if width < 0:
        raise OSError(f"BMP of {width}x{height} pixels")
    dpi = tuple(count / _INCHES if count > 0 else None for count in (across, down))
    return Header(
        *(size, width, abs(height), height < 0, bits, compression, masks, min(stored, possible), entry),
        *(palette_at, pixels_at, (dpi[0], dpi[1]), dib),
    )


def decode_bmp(file: IO[bytes], path: Path, max_pixels: int) -> Raster | None:
    """Decode a BMP or DIB, None for run lengths of 4 and 8 bits; raises OSError for corrupt files."""
    import numpy as np

    header = read_header(file)
    require_size(header.width, header.height, max_pixels, path)
    if header.compression in _RLE and header.bits in (4, 8):
        return None
    _require_supported(header, path)
    stride = (header.width * header.bits + 31) // 32 * 4
    file.seek(header.pixels_at)
    data = file.read(stride * header.height)
    short = stride * header.height - len(data)
    if short > stride - math.ceil(header.width * header.bits / 8):  # the padding of the last row may be missing
        raise OSError(f"{short:,} bytes of pixels are missing")
    rows = np.frombuffer(data.ljust(stride * header.height, b"\0"), np.uint8).reshape(header.height, stride)
    rows = rows if header.top_down else rows[::-1]
    depth: Depth = 8
    if header.bits <= 8:
        values = _expanded(_indices(rows, header), _palette(file, header))
    elif header.bits == 24:
        values = rows[:, : header.width * 3].reshape(header.height, header.width, 3)[..., ::-1]
    else:
        values, depth = _masked(rows.view(f"<u{header.bits // 8}")[:, : header.width], header.masks)
    return Raster(values, depth, "DIB" if header.dib else "BMP", dpi=header.dpi)


def encode_bmp(values: Samples, dpi: tuple[float, float] | None) -> bytes:
    """Return a BMP of 8-bit values (H, W, 2 or 4), alpha last: 32 bits a pixel with masks, rows from the bottom."""
    import numpy as np

    height, width, channels = values.shape
    order = [2, 1, 0, 3] if channels == 4 else [0, 0, 0, 1]
    data = np.ascontiguousarray(values[::-1][..., order]).tobytes()
    across, down = (round(one * _INCHES) for one in dpi or (0, 0))
    start = 14 + 108
    head = struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start)
    body = struct.pack("<IiiHHIIiiII", 108, width, height, 1, 32, _FIELDS, len(data), across, down, 0, 0)
    masks = struct.pack("<4I4s", *_ZERO_MASKS, b"BGRs")
    return head + body + masks.ljust(108 - 40, b"\0") + data


def _require_supported(header: Header, path: Path) -> None:
    """Raise `InputError` for compressions and sizes of pixels that are not supported."""
    compression, bits = header.compression, header.bits
    others = _OS2_OTHERS if header.is_os2 else _OTHERS
    fields = (_FIELDS, _ALPHA_FIELDS) if bits in _MASKS and not header.is_os2 else ()
    if compression not in (_RGB, *fields) and not (bits == 24 and compression == _FIELDS and not header.is_os2):
        kind = others.get(compression, f"compression {compression}")
        what = f"BMP with {kind} is not supported"
        raise InputError(what, code="unsupported-compression", where=show(path), hint="save it as PNG")
    if bits not in (1, 2, 4, 8, 16, 24, 32):
        what = f"BMP with {bits} bits per pixel is not supported"
        raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as PNG")
    if not all(_is_run(mask) for mask in header.masks):
        what = "BMP with bit masks that are not contiguous is not supported"
        raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as PNG")


def _is_run(mask: int) -> bool:
    """Return whether the bits of a mask that are set are consecutive, or none is."""
    lowest = mask & -mask
    return not mask & (mask + lowest)


def _palette(file: IO[bytes], header: Header) -> Samples:
    """Return the palette as RGB, uint8 (N, 3)."""
    import numpy as np

    data = read_at(file, header.palette_at, header.entries * header.entry, "the palette")
    return np.frombuffer(data, np.uint8).reshape(-1, header.entry)[:, 2::-1]


def _indices(rows: Samples, header: Header) -> Samples:
    """Return the palette indices (H, W) of 1, 2, 4 or 8 bits, the leftmost pixel in the highest bits."""
    import numpy as np

    per_byte = 8 // header.bits
    shifts = np.arange(8 - header.bits, -1, -header.bits, dtype=np.uint8)
    unpacked = rows[..., None] >> shifts & ((1 << header.bits) - 1) if per_byte > 1 else rows
    return unpacked.reshape(header.height, -1)[:, : header.width]


def _expanded(indices: Samples, palette: Samples) -> Samples:
    """Return the colours of palette indices, (H, W, 3), or (H, W, 1) where all are grey; raises OSError for others."""
    if not len(palette) > indices.max():
        raise OSError("pixels refer to colours beyond the palette")
    values = palette[indices]
    return values[..., :1] if is_grey(values) else values


def _masked(words: Samples, masks: tuple[int, int, int, int]) -> tuple[Samples, Depth]:
    """Return the channels under the masks, (H, W, 3), or (H, W, 4) with alpha, scaled to 8 bits, or 16 where one has more."""
    import numpy as np

    channels: list[Samples] = []
    for mask in masks if masks[3] else masks[:3]:
        low = (mask & -mask).bit_length() - 1 if mask else 0
        channel, most = (words & np.uint32(mask)).astype(np.uint32) >> np.uint32(low), mask >> low
        if most > 65535:
            channel, most = channel >> np.uint32(most.bit_length() - 16), 65535
        channels.append(scaled(channel, most)[0])
    deep = any(channel.dtype == np.uint16 for channel in channels)
    if deep:
        channels = [one if one.dtype == np.uint16 else one.astype(np.uint16) * np.uint16(257) for one in channels]
    return np.stack(channels, axis=-1), 16 if deep else 8

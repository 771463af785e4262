"""Finger minutiae records of ISO/IEC 19794-2:2005, written and read.

Clause 7 of the standard, all numbers big-endian: a header of 24 bytes, then for each view of a finger 4 bytes, 6 bytes
per minutia, and the length of extended data, which is 0 here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from restore.api import InputError, RequestError
from restore_fingerprint.minutiae.values import Minutiae, no_minutiae, scaled, turned

MAGIC, VERSION = b"FMR\0", b" 20\0"
_HEADER = struct.Struct(">4s4sIHHHHHBB")
"""Format, version, length, capture equipment, width, height, pixels per cm across and down, views, reserved."""
_VIEW = struct.Struct(">BBBB")
"""Finger position, view number and impression type (4 bits each), quality, number of minutiae."""
_MINUTIA = struct.Struct(">HHBB")
"""Type (2 bits) and x (14), reserved (2) and y (14), angle, quality."""
_EXTENDED = struct.Struct(">H")
CM_PER_INCH = 2.54
ANGLES = 256
"""Units of the angle per turn: one unit is 360 / 256 = 1.40625 degrees."""
LEAST_RESOLUTION = 99
"""Minimum of the standard in pixels per centimetre; prints of lower resolution are scaled to 500 dpi."""
MOST_RESOLUTION = 0xFFFF
"""Maximum of a two-byte field in pixels per centimetre."""
MOST = 255
"""Maximum number of minutiae per view, a one-byte field."""
FARTHEST = 0x3FFF
"""Highest coordinate of 14 bits."""


@dataclass(frozen=True, slots=True)
class View:
    """One view of a finger.

    `position`: 0 unknown, 1 right thumb to 5 right little finger, 6 left thumb to 10. `impression`: 0 live-scan plain,
    1 live-scan rolled, 2 and 3 the same non-live, 8 swipe. `quality`: of the finger, 0 to 100; 254 and 255 mean not
    computed, as in ANSI INCITS 378.
    """

    minutiae: Minutiae
    position: int = 0
    impression: int = 0
    quality: int = 0


def write_template(view: View) -> bytes:
    """Return the record of one view of one finger.

    Positions are rounded to pixels, directions to 1.40625 degrees, qualities to hundredths, at least 1, since 0 means
    not reported; of more than 255 minutiae the best are written, in their order. Prints below 251 dpi are scaled to
    500 dpi. Raises `RequestError` for sides outside 1 to 16,384 pixels, and for numbers that a record cannot hold.
    """
    minutiae = view.minutiae
    if round(minutiae.dpi / CM_PER_INCH) < LEAST_RESOLUTION:
        factor = 500 / minutiae.dpi
        shape = (round(minutiae.shape[0] * factor), round(minutiae.shape[1] * factor))
        minutiae = scaled(minutiae, factor, shape, 500.0)
    quality_fits = 0 <= view.quality <= 100 or view.quality in (254, 255)
    if not (0 <= view.position <= 10 and 0 <= view.impression <= 15 and quality_fits):
        raise RequestError(
            f"position {view.position}, impression {view.impression} or quality {view.quality} is out of range",
            code="out-of-range",
            where="ISO/IEC 19794-2 record",
            hint="use a position from 0 to 10, an impression from 0 to 15, a quality from 0 to 100, 254 or 255",
        )
    resolution = round(minutiae.dpi / CM_PER_INCH)
    if not 1 <= min(minutiae.shape) <= max(minutiae.shape) <= FARTHEST + 1 or resolution > MOST_RESOLUTION:
        height, width = minutiae.shape
        most = f"{MOST_RESOLUTION * CM_PER_INCH:.0f} dpi"
        raise RequestError(
            f"a print of {height}x{width} pixels at {minutiae.dpi:g} dpi is out of range",
            code="out-of-range",
            where="ISO/IEC 19794-2 record",
            hint=f"use sides from 1 to {FARTHEST + 1} pixels and at most {most}",
        )
    if len(minutiae) > MOST:
        minutiae = minutiae[np.sort(np.argsort(-minutiae.quality, kind="stable")[:MOST])]
    height, width = minutiae.shape
    x = np.clip(np.rint(minutiae.x), 0, width - 1).astype(int)
    y = np.clip(np.rint(minutiae.y), 0, height - 1).astype(int)
    angle = np.rint(minutiae.direction * (ANGLES / (2 * np.pi))).astype(int) % ANGLES
    reported = ~np.isnan(minutiae.quality)
    quality = np.where(reported, np.clip(np.rint(np.nan_to_num(minutiae.quality) * 100), 1, 100), 0).astype(int)
    rows = zip((minutiae.kind.astype(int) << 14) | x, y, angle, quality, strict=True)
    body = _VIEW.pack(view.position, view.impression, view.quality, len(minutiae))
    body += b"".join(_MINUTIA.pack(*map(int, row)) for row in rows) + _EXTENDED.pack(0)
    length = _HEADER.size + len(body)
    return _HEADER.pack(MAGIC, VERSION, length, 0, width, height, resolution, resolution, 1, 0) + body


def read_template(record: bytes, *, where: str = "") -> list[View]:
    """Return the views of a record; `where` names it in errors.

    Extended data (ridge counts, cores and deltas) is skipped. Raises `InputError` for anything but a record of ISO/IEC
    19794-2:2005, for a truncated record or a wrong length, and for a resolution that differs between the axes.
    """
    if record[:8] != MAGIC + VERSION:
        raise _fault("not a finger minutiae record of ISO/IEC 19794-2:2005", code="not-a-template", where=where)
    try:
        _, _, length, _, width, height, across, down, count, _ = _HEADER.unpack_from(record)
        if across != down or not across:
            raise _fault(
                f"unsupported resolution of {across} by {down} pixels per cm", code="unsupported-template", where=where
            )
        shape, dpi, offset = (height, width), across * CM_PER_INCH, _HEADER.size
        views = []
        for _ in range(count):
            view, offset = _read_view(record, offset, shape, dpi)
            views.append(view)
    except struct.error:
        raise _fault("truncated finger minutiae record", code="corrupt-template", where=where) from None
    if not offset == length == len(record):
        what = (
            f"wrong length of a finger minutiae record: {length} bytes declared, {offset} needed, {len(record)} present"
        )
        raise _fault(what, code="corrupt-template", where=where)
    return views


def _fault(what: str, *, code: str, where: str) -> InputError:
    return InputError(what, code=code, where=where, hint="export the template again, as ISO/IEC 19794-2:2005")


def _read_view(record: bytes, offset: int, shape: tuple[int, int], dpi: float) -> tuple[View, int]:
    """Return a view and the offset of the next one."""
    position, kinds, finger_quality, count = _VIEW.unpack_from(record, offset)
    offset += _VIEW.size
    rows = [_MINUTIA.unpack_from(record, offset + i * _MINUTIA.size) for i in range(count)]
    offset += count * _MINUTIA.size
    (extended,) = _EXTENDED.unpack_from(record, offset)
    minutiae = no_minutiae(shape, dpi)
    if rows:
        first, second, angle, quality = np.array(rows).T
        minutiae = Minutiae(
            (first & FARTHEST).astype(np.float64),
            (second & FARTHEST).astype(np.float64),
            turned(angle * (2 * np.pi / ANGLES)),
            (first >> 14).astype(np.uint8),
            np.where(quality, np.minimum(quality, 100) / 100, np.nan),
            shape,
            dpi,
        )
    return View(minutiae, position, kinds & 0x0F, finger_quality), offset + _EXTENDED.size + extended

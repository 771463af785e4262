"""AN2K files (ANSI/NIST-ITL): their images taken out as PNG, and restored ones put in as records more; extra `an2k`."""

from __future__ import annotations

import hashlib
import importlib
import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.errors import InputError, RequestError
from restore.images import MAX_PIXELS, ImageFile, encoded, read, read_size
from restore.text import show, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENDINGS = (".an2", ".an2k", ".eft", ".nist", ".nst")
TYPES = (10, 13, 14, 15)
"""Types of records whose images are restored: faces and photographs, latent prints, finger prints, palm prints."""
_FORMS = {"PNG": ".png", "JPEGB": ".jpg", "JP2": ".jp2", "JP2L": ".jp2", "WSQ20": ".wsq"}
"""Compression codes with the ending by which the image is read; `NONE` has plain samples."""
_WIDTH, _HEIGHT, _UNIT, _DENSITY, _CODE, _BITS, _DONE, _HASH = 6, 7, 8, 9, 11, 12, 902, 996
"""Numbers of fields, the same in all `TYPES`; in type 10, the one with bits names the colour space."""
_INCHES = {"1": 1.0, "2": 2.54}
"""Factor from a density to dots per inch, by its unit."""
_COLOURS = {"GRAY": 8, "RGB": 24, "SRGB": 24}
_MOST = 99
"""The greatest number by which a record is called (IDC)."""
_LENGTH = re.compile(rb"\d{1,2}\.0*1:(\d{1,10})\x1d")
_FAULTS = (ValueError, LookupError, TypeError, AttributeError, struct.error)
"""What the package raises on damaged files, beside its own exception."""


def is_an2k(path: Path) -> bool:
    """Return whether a file's name says that it is an AN2K file."""
    return path.suffix.lower() in ENDINGS


def names_of(path: Path) -> list[str]:
    """Return the names of the images of an AN2K file, `NAME.TYPE-IDC.png`; of another file, its own."""
    return [_name(path, record) for record in _records(_parsed(path))] if is_an2k(path) else [path.name]


def require_images(path: Path) -> None:
    """Raise `InputError` where an AN2K file cannot be read, or has no image that can be restored."""
    if not names_of(path):
        what = f"the file has no image in a record of type {', '.join(map(str, TYPES))}"
        raise InputError(what, code="no-images", where=show(path))


def extract(path: Path, folder: Path) -> list[Path]:
    """Write the images of an AN2K file to a folder as PNG, and return these; of another file, return it.

    Raises `InputError` where an image cannot be read.
    """
    if not is_an2k(path):
        return [path]
    made = []
    for record in _records(_parsed(path)):
        made.append(folder / _name(path, record))
        made[-1].write_bytes(_to_png(path, record, made[-1]))
    return made


def with_restored(path: Path, images: Mapping[str, bytes], text: str, time: str) -> bytes:
    """Return an AN2K file with restored images, PNG files by their names of `names_of`, as records more.

    All records of the file but the first, which counts them, stay as they are, byte for byte. A new one has the fields of
    that of its image, another IDC, and in field 902 what was done: `text`, and when: `time`, ISO 8601.
    """
    data, message = path.read_bytes(), _parsed(path)
    first = _LENGTH.match(data)
    assert first is not None
    added = b""
    for record in _records(_parsed(path)):
        if (name := _name(path, record)) in images:
            _fill(record, images[name], 1 + max(int(one.IDC) for one in list(message)[1:]), text, time, path)
            message += record
            added += record.NIST
    message.CNT  # noqa: B018 - brings the first record up to date
    made: bytes = message[0].NIST + data[int(first[1]) :] + added
    return made


def _fill(record: Any, image: bytes, idc: int, text: str, time: str, path: Path) -> None:
    """Make a record that of a restored image."""
    if idc > _MOST:
        raise InputError(f"the file has {_MOST} records, none can be added", code="too-many", where=show(path))
    width, height = struct.unpack(">II", image[16:24])  # of the PNG's header
    moment = datetime.fromisoformat(time).strftime("%Y%m%d%H%M%SZ")
    before = _value(record, _DONE, [])
    done = before if isinstance(before, list) else [[before]]
    values = {2: idc, _WIDTH: width, _HEIGHT: height, _CODE: "PNG", _HASH: hashlib.sha256(image).hexdigest().upper()}
    values[_DONE] = [*done, [moment, f"restore {version('restore-toolkit')}", "restore", text]]
    for number, value in values.items():
        setattr(record, f"_{number}", value)
    record.DATA = image


def _parsed(path: Path) -> Any:
    """Return an AN2K file as a message of `nistitl`; raises `RequestError` without it, `InputError` for a damaged file."""
    try:
        nistitl = importlib.import_module("nistitl")
    except ImportError as error:
        hint = "pip install 'restore-toolkit[an2k]'"
        raise RequestError(
            "the extra an2k is not installed", code="missing-extra", where=show(path), hint=hint
        ) from error
    data, message = path.read_bytes(), nistitl.Message()
    try:
        _require_lengths(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of record types that are only passed on
            message.parse(data)
    except (*_FAULTS, nistitl.NistException) as error:
        what = f"not a sound AN2K file: {words_of(error)}"
        raise InputError(what, code="not-an-image", where=show(path), hint="export it again") from error
    return message


def _require_lengths(data: bytes) -> None:
    """Raise `ValueError` where the lengths of records do not lead from one to the next: a length of 0 would never end."""
    place = 0
    while place < len(data):
        found = _LENGTH.match(data, place)
        length = int(found[1]) if found else int.from_bytes(data[place : place + 4], "big")
        if length < 5 or (not place and not found):
            raise ValueError(f"the record at byte {place} has no length")
        place += length
    if place != len(data) or not data:
        raise ValueError("the last record is cut")


def _records(message: Any) -> Iterator[Any]:
    """Yield the records that have an image."""
    return (record for record in message if record.type in TYPES and isinstance(_value(record, 999), bytes))


def _name(path: Path, record: Any) -> str:
    return f"{path.stem}.{record.type}-{int(record.IDC)}.png"


def _value(record: Any, number: int, default: Any = "") -> Any:
    """Return the value of a record's field, a text or a list, `default` where it has none."""
    field = record[number]
    return default if field is None else field.value


def _to_png(path: Path, record: Any, target: Path) -> bytes:
    """Return the image of a record as a PNG file; raises `InputError` where it cannot be read."""
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of

    code, data = str(_value(record, _CODE)).upper(), _value(record, 999)
    if code == "NONE":
        return _from_samples(path, record, target)
    if code not in _FORMS:
        what = f"record {record.type}-{record.IDC}: images of the compression {code} cannot be read"
        raise InputError(what, code="format-not-read", where=show(path))
    file = target.with_suffix(_FORMS[code])
    file.write_bytes(data)
    formats = formats_of(Catalogue.installed())
    if code == "PNG":
        read_size(file, max_pixels=MAX_PIXELS)
        return bytes(data)
    image = read(file, formats=formats)
    file.unlink()
    return encoded(target, image.pixels, like=image, name="PNG")


def _from_samples(path: Path, record: Any, target: Path) -> bytes:
    """Return the plain samples of a record as a PNG file."""
    import numpy as np

    try:
        width, height = int(_value(record, _WIDTH)), int(_value(record, _HEIGHT))
        bits = str(_value(record, _BITS))
        channels = _COLOURS[bits] // 8 if bits in _COLOURS else int(bits) // 8
        samples: NDArray[Any] = np.frombuffer(_value(record, 999), np.uint8).reshape(height, width, channels)
        density = float(_value(record, _DENSITY) or 0) * _INCHES.get(str(_value(record, _UNIT)), 0)
    except (ValueError, TypeError) as error:
        what = f"record {record.type}-{record.IDC}: its samples are not those of an image of its size"
        raise InputError(what, code="truncated", where=show(path)) from error
    like = ImageFile(samples[:0].astype(np.float32), None, 8, "PNG", dpi=density or None)
    return encoded(target, samples, like=like, name="PNG")

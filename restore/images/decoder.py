"""Decoding an open image file with Pillow, without loss of bit depth."""

from __future__ import annotations

import contextlib
import logging
import math
import struct
import sys
import threading
import warnings
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from restore.errors import InputError
from restore.images.image_file import Depth, ImageFile, is_grey
from restore.images.libtiff import judge_jpeg, leaves_lines, libtiff_errors
from restore.text import TOLD, one_line, show

if TYPE_CHECKING:
    from PIL.Image import Image

    from restore.images.image_file import Samples

_FORMATS = ("BMP", "DIB", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
_ORIENTATION, _BITS, _PHOTOMETRIC, _RESOLUTION = 0x0112, 258, 262, 282  # TIFF and EXIF tags
_FINEST = 0xFFFF
"""Highest resolution in dots per inch that every format can store."""
FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, struct.error, zlib.error),
)
"""What Pillow raises for corrupt and malicious files."""
_MUTE = logging.NullHandler()
"""Keeps Pillow's log messages off stderr, their default; handlers of the application still receive them."""
AGAIN = "export it again"
"""The hint for files that lack content."""
_PILLOW = threading.RLock()
"""Held while process-wide settings of Pillow or Python are changed."""


@contextlib.contextmanager
def _strictly() -> Iterator[list[warnings.WarningMessage]]:
    """Collect Pillow's warnings, with its size limit off (ours is checked), truncated files refused, stderr silent.

    These settings are process-wide, so one thread at a time; pixels are decoded outside.
    """
    from PIL import Image
    from PIL import ImageFile as Files

    logger = logging.getLogger("PIL")
    with _PILLOW, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        logger.addHandler(_MUTE)
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        Files.LOAD_TRUNCATED_IMAGES = False
        try:
            yield caught
        finally:
            Image.MAX_IMAGE_PIXELS = limit
            logger.removeHandler(_MUTE)


def decode(file: IO[bytes], path: Path, max_pixels: int) -> ImageFile:
    """Decode an open file; raises Pillow's errors, and `InputError` for files that are refused."""
    import numpy as np

    image, notes = _open(file, path, max_pixels)
    orientation = _tiff_orientation(image)
    values, depth, converted = _deep_values(file, image, path) if _is_deep(image) else _values(image, path)
    notes += converted
    if not orientation:
        orientation, more = _orientation(image)
        notes += more
        values = _upright(values, orientation)
    if orientation > 1:
        notes.append("EXIF orientation applied")
    scale = {8: 255, 16: 65535, 32: 1}[depth]
    values = values.astype(np.float32) / np.float32(scale)
    pixels, alpha = (values[..., :-1], values[..., -1]) if values.shape[2] in (2, 4) else (values, None)
    across, down = _dpi_of(image)
    dpi = across if across and across == down and 1 <= across <= _FINEST else None
    return ImageFile(np.ascontiguousarray(pixels), alpha, depth, str(image.format), tuple(dict.fromkeys(notes)), dpi)


def decode_dpi(file: IO[bytes]) -> float | None:
    """Return the horizontal resolution in an open file's header in dots per inch, None for none; raises Pillow's errors."""
    from PIL import Image

    with _strictly():
        image = Image.open(file, formats=_FORMATS)
    return _dpi_of(image)[0]


def _dpi_of(image: Image) -> tuple[float | None, float | None]:
    """Return the horizontal and vertical resolution in the header in dots per inch, None for none."""
    stored = image.info.get("dpi")
    missing = image.format == "TIFF" and _RESOLUTION not in _tags(image)  # where Pillow reports 1
    found = []
    for axis in range(2):
        dpi = 0.0
        with contextlib.suppress(ZeroDivisionError):  # older versions of Pillow, for n / 0
            dpi = float(stored[axis]) if isinstance(stored, tuple) and len(stored) == 2 and not missing else 0.0
        found.append(dpi if math.isfinite(dpi) and dpi > 0 else None)
    return found[0], found[1]


def _open(file: IO[bytes], path: Path, max_pixels: int) -> tuple[Image, list[str]]:
    """Read the header of an image and check its size and the sizes of its strips; returns it with notes on its pages."""
    from PIL import Image

    with _strictly() as caught:
        image = Image.open(file, formats=_FORMATS)
        width, height = image.size
        if not width * height:
            what = f"image has no pixels: {width}x{height}"
            raise InputError(what, code="no-pixels", where=show(path), hint=AGAIN)
        if width * height > max_pixels:
            what = f"image of {width}x{height} exceeds {max_pixels:,} pixels"
            raise InputError(what, code="too-large", where=show(path), hint="raise --max-pixels")
        judge_jpeg(file, _tags(image))
        if version := leaves_lines(_tags(image)):
            what = f"Group 4 compression is not supported with libtiff {version}, which does not report missing lines"
            hint = "install Pillow 13 or later, or save it as PNG"
            raise InputError(what, code="unsupported-compression", where=show(path), hint=hint)
        pages = getattr(image, "n_frames", 1)
    notes = [one_line(str(one.message), TOLD) for one in caught]
    return image, notes + ([f"first of {pages} pages read"] if pages > 1 else [])


def _rawmodes(image: Image) -> set[str]:
    """Return the raw modes by which Pillow's decoders unpack the pixels."""
    parameters = [tile[3] for tile in getattr(image, "tile", ())]
    return {str(one[0] if isinstance(one, tuple) else one) for one in parameters}


def _is_deep(image: Image) -> bool:
    """Return whether the file has several channels of 16 bits, of which Pillow keeps only 8."""
    bits = _tags(image).get(_BITS, ())
    tiff = len(bits) > 1 and max(bits) > 8
    return tiff or (image.mode in ("RGB", "RGBA") and any(";16" in raw for raw in _rawmodes(image)))


def _tags(image: Image) -> Mapping[int, Any]:
    """Return a TIFF's tags, an empty mapping for other formats."""
    return getattr(image, "tag_v2", {}) if image.format == "TIFF" else {}


def _deep_values(file: IO[bytes], image: Image, path: Path) -> tuple[Samples, Depth, list[str]]:
    """Decode 16-bit colour as uint16 (H, W, C), in two passes.

    Pillow unpacks only the upper byte of each value; with the byte order swapped, the lower one.
    """
    import numpy as np
    from PIL import Image as Pillow

    raws = _rawmodes(image)
    if raws == {"LA;16B"}:  # four bytes a pixel, which the unpacker of 8-bit RGBA passes through
        _unpack_as(image, {"LA;16B": "RGBA"})
        four = np.asarray(image).astype(np.uint16)
        return four[..., 0::2] << 8 | four[..., 1::2], 16, []
    if not all(raw.startswith(("RGB;16", "RGBA;16")) for raw in raws):
        what = f"unsupported 16-bit pixel layout {', '.join(sorted(raws))}"
        raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as RGB, RGBA or greyscale PNG")
    _load(image)
    high = np.asarray(image).astype(np.uint16)
    file.seek(0)
    with _strictly():
        again = Pillow.open(file, formats=_FORMATS)
    _unpack_as(again, {raw: _other_order(raw) for raw in raws})
    _load(again)
    values = high << 8 | np.asarray(again)
    return _keyed(values, image), 16, []


def _keyed(values: Samples, image: Image) -> Samples:
    """Return 16-bit values (H, W, C), with alpha where the file declares a transparent colour."""
    import numpy as np

    key = image.info.get("transparency")
    if key is None:
        return values
    alpha = (values != np.asarray(key)).any(axis=-1, keepdims=True) * np.uint16(65535)
    return np.concatenate([values, alpha], axis=-1)


def _other_order(raw: str) -> str:
    """Return a 16-bit raw mode with its byte order swapped; N is the native order."""
    order = {"little": "L", "big": "B"}[sys.byteorder] if raw.endswith("N") else raw[-1]
    return raw[:-1] + {"L": "B", "B": "L"}[order]


def _unpack_as(image: Image, modes: Mapping[str, str]) -> None:
    """Replace the raw modes by which Pillow's decoders unpack the pixels."""
    tiles: list[Any] = getattr(image, "tile", [])
    for number, (codec, extents, offset, parameters) in enumerate(tiles):
        replaced = (modes[parameters[0]], *parameters[1:]) if isinstance(parameters, tuple) else modes[parameters]
        tile = (codec, extents, offset, replaced)
        tiles[number] = type(tiles[number])(*tile) if hasattr(tiles[number], "_fields") else tile


def _load(image: Image) -> None:
    """Decode the pixels; PNG and TIFF in one thread at a time, as Pillow then reads more chunks or tags and may warn.

    Errors of libtiff are raised, even where Pillow keeps the partial image.
    """
    if image.format not in ("PNG", "TIFF"):
        image.load()
        return
    with _strictly(), libtiff_errors() as errors:
        try:
            image.load()
        except OSError:
            if not errors:  # more specific than Pillow's "decoder error -2"
                raise
    if errors:
        raise OSError(errors[0])


def _values(image: Image, path: Path) -> tuple[Samples, Depth, list[str]]:
    """Decode an image as Pillow returns it: values (H, W, C), their depth, and notes on conversions."""
    import numpy as np

    _judge_pnm(image, path)
    _load(image)
    if image.mode.startswith(("I", "F")):
        grey, depth = _single_channel(image, path)
        return _keyed(grey[..., None], image), depth, []
    palette = image.mode in ("P", "PA")
    notes = [f"{image.mode} converted to RGB"] if image.mode in ("CMYK", "LAB", "YCbCr", "HSV") else []
    values = np.asarray(_plain(image))
    values = values[..., None] if values.ndim == 2 else values
    if palette and is_grey(values[..., :3]):
        values = values[..., [0, *range(3, values.shape[2])]]
    return values, 8, notes


def _judge_pnm(image: Image, path: Path) -> None:
    """Refuse PNM that Pillow would reduce to 8 bits, and plain (ASCII) PNM, where a truncated number is a number too."""
    for codec, _, _, parameters in image.tile if image.format == "PPM" else ():  # type: ignore[attr-defined]
        largest = parameters[1] if isinstance(parameters, tuple) else 255
        if codec == "ppm_plain" or (image.mode == "RGB" and largest > 255):
            kind = "plain (ASCII)" if codec == "ppm_plain" else "16-bit colour"
            what = f"{kind} PNM is not supported"
            raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as PNG or TIFF")


def _plain(image: Image) -> Image:
    """Return a decoded image in mode L, LA, RGB or RGBA, a transparent colour converted to alpha."""
    from PIL import ImageCms

    keyed = "transparency" in image.info
    if image.mode == "LAB":
        lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.applyTransform(image, ImageCms.buildTransform(lab, rgb, "LAB", "RGB"))  # type: ignore[return-value]
    if image.mode in ("1", "L", "La", "LA"):
        return image.convert("LA" if keyed or image.mode in ("La", "LA") else "L")
    return image.convert("RGBA" if keyed or image.mode in ("PA", "RGBA", "RGBa") else "RGB")


def _single_channel(image: Image, path: Path) -> tuple[Samples, Depth]:
    """Decode integers of more than 8 bits, or floating point, with their depth."""
    import numpy as np

    tags = _tags(image)
    values = np.asarray(image)
    if image.mode == "F":
        if not np.isfinite(values).all():
            what, hint = "image contains NaN or infinity", "replace them with values from 0 to 1"
            raise InputError(what, code="not-finite-pixels", where=show(path), hint=hint)
        low, high = float(values.min()), float(values.max())
        if low < 0 or high > 1:
            what, hint = f"floating-point values range from {low:g} to {high:g}, not from 0 to 1", "rescale them"
            raise InputError(what, code="out-of-range", where=show(path), hint=hint)
        return values, 32
    bits = tags.get(_BITS, (16,))
    if bits not in (16, (16,)) or (image.mode == "I" and tags) or values.min() < 0 or values.max() > 65535:
        what = "greyscale values have neither 8 nor 16 bits"
        raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as 16-bit greyscale")
    values = values.astype(np.uint16)
    if tags.get(_PHOTOMETRIC) == 0:  # white is zero, which Pillow inverts for 8 bits only
        values = 65535 - values
    return values, 16


def _tiff_orientation(image: Image) -> int:
    """Return a TIFF's orientation, which Pillow applies while decoding; 0 for other formats."""
    return int(_tags(image).get(_ORIENTATION, 1)) if image.format == "TIFF" else 0


def _orientation(image: Image) -> tuple[int, list[str]]:
    """Return the EXIF orientation, 1 (upright) to 8, and a note where it cannot be read."""
    with _strictly():
        try:
            found = image.getexif().get(_ORIENTATION, 1)
        except FAULTS:
            return 1, ["unreadable EXIF data ignored"]
    return (found if found in range(1, 9) else 1), []


def _upright(values: Samples, orientation: int) -> Samples:
    """Return values (H, W, C) made upright from an EXIF orientation, 1 to 8 (EXIF 2.32, tag 0x0112)."""
    if orientation >= 5:
        values = values.swapaxes(0, 1)
    flips = {2: (1, -1), 3: (-1, -1), 4: (-1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}
    rows, columns = flips.get(orientation, (1, 1))
    return values[::rows, ::columns]

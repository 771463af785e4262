"""One guarded reader and one writer of image files."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from restore.errors import InputError, RequestError, WorkError
from restore.suggest import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[np.float32]
    Samples = NDArray[np.generic]

MAX_PIXELS = 100_000_000
"""Pixels (width times height) that a picture may have before it counts as a decompression bomb."""

Depth = Literal[8, 16, 32]
"""Bits of a stored value: 8 and 16 are whole numbers, 32 is floating point."""

WRITTEN = {".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP", ".jpg": "JPEG", ".jpeg": "JPEG"}
ENDINGS = frozenset({*WRITTEN, ".dib", ".gif", ".jpe", ".pbm", ".pgm", ".pnm", ".ppm", ".webp"})
_FORMATS = ("BMP", "DIB", "GIF", "JPEG", "MPO", "PNG", "PPM", "TIFF", "WEBP")
_DEPTHS: dict[str, tuple[Depth, ...]] = {"PNG": (8, 16), "TIFF": (8, 16, 32), "BMP": (8,), "JPEG": (8,)}
_LUMA = (0.299, 0.587, 0.114)
_ORIENTATION = 0x0112
_FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, struct.error, zlib.error),
)
"""What Pillow raises for files that are damaged on purpose or by accident."""
_PILLOW = threading.Lock()
"""Held while Pillow's and Python's process-wide settings differ from what others expect."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as its file holds it.

    `pixels`: float32 (H, W, C) in [0, 1], C = 1 (grey) or 3 (RGB), upright; `alpha`: float32 (H, W) in [0, 1], None
    where the file has none; `depth`: bits of a stored value, 32 for floating point; `format`: Pillow's name of the
    file format; `notes`: what was changed or left out on the way.
    """

    pixels: Pixels
    alpha: Pixels | None
    depth: Depth
    format: str
    notes: tuple[str, ...] = ()


def read(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Read one image file, whole or not at all.

    Raises `InputError` for what is missing, no regular file, empty, no picture, truncated or damaged, larger than
    `max_pixels`, or holds values without a meaning in [0, 1]. Nothing is ever padded or clipped.
    """
    from PIL import Image

    path = Path(path)
    with _opened(path) as file:
        try:
            return _decode(file, path, max_pixels)
        except Image.UnidentifiedImageError as error:
            known = "BMP, GIF, JPEG, PNG, PNM, TIFF and WebP"
            raise InputError("this is no picture, or its start is damaged", where=show(path), hint=f"read: {known}") from error
        except MemoryError as error:
            raise InputError("there is no memory for this picture", where=show(path), hint="lower --max-pixels") from error
        except (*_FAULTS, Image.DecompressionBombError) as error:
            hint = "fetch or write it again: it is never filled up"
            raise InputError(f"the picture is truncated or damaged: {_one_line(error)}", where=show(path), hint=hint) from error


def write(
    path: str | os.PathLike[str],
    image: Pixels,
    *,
    depth: Depth | None = None,
    like: Picture | None = None,
    overwrite: bool = False,
) -> None:
    """Write an image, float32 (H, W, C) in [0, 1] with C = 1 or 3, as PNG, TIFF, BMP or JPEG by the path's ending.

    `depth` is the bits of a stored value, by default those of `like`, else 8; the alpha of `like` is put back where
    its shape is the image's. The file appears whole or not at all. Raises `RequestError` for an ending or depth that
    is not written and for a file that exists, `WorkError` where writing fails.
    """
    path = Path(path)
    if not overwrite and os.path.lexists(path):
        raise RequestError("the file exists", where=show(path), hint="choose another name, or --overwrite")
    data = _encode(image, path, depth or (like.depth if like else 8), like.alpha if like else None)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise WorkError(f"the picture cannot be written: {error.strerror}", where=show(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def to_channels(pixels: Pixels, channels: int) -> Pixels:
    """Return an image, float32 (H, W, C) in [0, 1], with `channels` 1 or 3.

    Grey becomes three equal channels. Colour becomes its luma, 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601, the
    weights of Pillow's mode L); three equal channels become one, bit for bit.
    """
    import numpy as np

    if pixels.shape[2] == channels:
        return pixels
    if channels == 3:  # noqa: PLR2004
        return np.repeat(pixels, 3, axis=2)
    if is_grey(pixels):
        return pixels[..., :1]
    return np.clip(pixels @ np.array(_LUMA, np.float32), 0, 1)[..., None]


def is_grey(pixels: Pixels) -> bool:
    """Return whether an image (H, W, C) shows no colour: one channel, or three equal ones."""
    return bool((pixels == pixels[..., :1]).all())


def show(path: str | os.PathLike[str]) -> str:
    """Return a path as one line of valid text, whatever bytes its name has."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def missing(path: Path) -> InputError:
    """Return the error for a path that does not exist, with the nearest names that do."""
    near = ""
    with contextlib.suppress(OSError):
        near = did_you_mean(path.name, os.listdir(path.parent or "."))
    return InputError("there is no such file or folder", where=show(path), hint=show(near))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file that holds something; pipes and devices are never waited for."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("this is no regular file", where=show(path), hint="give a picture")
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise missing(path) from None
    except (OSError, ValueError) as error:
        raise InputError(f"the file cannot be read: {_one_line(error)}", where=show(path)) from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise InputError("this is no regular file", where=show(path), hint="give a picture")
        if not status.st_size:
            raise InputError("the file is empty", where=show(path))
        yield file


@contextlib.contextmanager
def _strictly() -> Iterator[list[warnings.WarningMessage]]:
    """Collect Pillow's warnings, with its own size limit off (ours is checked) and nothing padded.

    All three are settings of the process, so one thread at a time; pixels are decoded outside.
    """
    from PIL import Image, ImageFile

    with _PILLOW, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            yield caught
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _decode(file: IO[bytes], path: Path, max_pixels: int) -> Picture:
    """Decode an open file; raises what Pillow raises, and `InputError` for what is refused."""
    import numpy as np

    image, notes = _open(file, path, max_pixels)
    turned = _tiff_orientation(image)
    if _is_deep(image):
        values, depth = _deep_values(file, image, path), 16
    else:
        values, depth, more = _values(image, path)
        notes += more
    if not turned:
        turned, more = _orientation(image)
        notes += more
        values = _upright(values, turned)
    if turned > 1:
        notes.append("turned upright as its EXIF orientation says")
    scale = {8: 255, 16: 65535, 32: 1}[depth]
    values = values.astype(np.float32) / np.float32(scale)
    split = values.shape[2] in (2, 4)
    pixels, alpha = (values[..., :-1], values[..., -1]) if split else (values, None)
    return Picture(np.ascontiguousarray(pixels), alpha, depth, str(image.format), tuple(dict.fromkeys(notes)))


def _open(file: IO[bytes], path: Path, max_pixels: int) -> tuple[Image, list[str]]:
    """Read the header of a picture and judge its size and number of pages."""
    from PIL import Image

    with _strictly() as caught:
        image = Image.open(file, formats=_FORMATS)
        width, height = image.size
        if not width * height:
            raise InputError(f"the picture has no pixels: {width}x{height}", where=show(path))
        if width * height > max_pixels:
            what = f"{width}x{height} are over {max_pixels:,} pixels"
            raise InputError(what, where=show(path), hint="raise --max-pixels if it is meant to be so large")
        pages = getattr(image, "n_frames", 1)
    notes = [_one_line(one.message) for one in caught]
    return image, notes + ([f"first of {pages} pages"] if pages > 1 else [])


def _rawmodes(image: Image) -> set[str]:
    """Return how Pillow's decoders will unpack the pixels."""
    parameters = [tile[3] for tile in getattr(image, "tile", ())]
    return {str(one[0] if isinstance(one, tuple) else one) for one in parameters}


def _is_deep(image: Image) -> bool:
    """Return whether the file holds 16 bits a value in more than one channel, of which Pillow keeps only 8."""
    return image.mode in ("RGB", "RGBA", "RGBX", "CMYK", "LAB") and any(";16" in raw for raw in _rawmodes(image))


def _deep_values(file: IO[bytes], image: Image, path: Path) -> Samples:
    """Decode 16-bit colour as uint16 (H, W, C), in two passes.

    Pillow unpacks only the upper byte of each value. Told the other byte order, it unpacks the lower one.
    """
    import numpy as np
    from PIL import Image

    raws = _rawmodes(image)
    if raws == {"LA;16B"}:  # four bytes a pixel: exactly what an 8-bit RGBA unpacker hands through
        _unpack_as(image, {"LA;16B": "RGBA"})
        four = np.asarray(image).astype(np.uint16)
        return four[..., 0::2] << 8 | four[..., 1::2]
    if not all(raw.split(";")[0] in ("RGB", "RGBA", "R", "G", "B", "A") for raw in raws):
        raise InputError(f"16-bit {image.mode} is not read", where=show(path), hint="save it as RGB")
    native = {raw: raw.replace("16N", "16L" if np.little_endian else "16B") for raw in raws}
    swapped = {raw: one.translate(str.maketrans("LB", "BL", "")) if False else _swapped(one) for raw, one in native.items()}
    file.seek(0)
    with _strictly():
        again = Image.open(file, formats=_FORMATS)
    _unpack_as(again, swapped)
    low = np.asarray(again).astype(np.uint16)
    file.seek(0)
    with _strictly():
        image = Image.open(file, formats=_FORMATS)
    _unpack_as(image, native)
    return np.asarray(image).astype(np.uint16) << 8 | low

"""The guarded reader of image files."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from restore.errors import InputError
from restore.images.decoder import decode, decode_dpi, measure
from restore.images.image_file import MAX_PIXELS, NO_FORMATS, Formats, ImageFile
from restore.images.kinds import HEAD, explain
from restore.images.metadata.reader import with_properties
from restore.images.pillow import FAULTS, FORMATS
from restore.images.raster import AGAIN, require_size
from restore.text import did_you_mean, show, words_of


def read(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS, formats: Formats = NO_FORMATS) -> ImageFile:
    """Read one image file, whole or not at all; one with an ending among `formats` in that format alone.

    Raises `InputError` for a file that is missing, not regular, empty, not an image, truncated, corrupt, larger than
    `max_pixels`, or has values outside [0, 1]. Nothing is padded or clipped.
    """
    path = Path(path)
    names = _formats_for(path, formats)
    with _opened(path) as file, _explained(path, file, names):
        return with_properties(decode(file, path, max_pixels, names), file, names)


def read_dpi(path: str | os.PathLike[str], *, formats: Formats = NO_FORMATS) -> float | None:
    """Read the horizontal resolution in an image file's header in dots per inch, None where it has none.

    Resolutions in headers are often wrong. Raises `InputError` where the file cannot be read or is not an image.
    """
    path = Path(path)
    names = _formats_for(path, formats)
    with _opened(path) as file, _explained(path, file, names):
        return decode_dpi(file, path, names)


def read_size(
    path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS, formats: Formats = NO_FORMATS
) -> tuple[str, int, int]:
    """Read Pillow's name of an image file's format, its width and its height, from its header alone.

    Raises `InputError` where the file cannot be read, is not an image, or has more than `max_pixels`.
    """
    path = Path(path)
    names = _formats_for(path, formats)
    with _opened(path) as file, _explained(path, file, names):
        name, width, height = measure(file, names)
        require_size(width, height, max_pixels, path)
        return name, width, height


def _formats_for(path: Path, formats: Formats) -> tuple[str, ...]:
    """Return Pillow's names of the formats in which a file is read."""
    register = formats.get(path.suffix.lower())
    return (register(),) if register else FORMATS


@contextlib.contextmanager
def _explained(path: Path, file: IO[bytes], formats: tuple[str, ...]) -> Iterator[None]:
    """Convert Pillow's errors while reading a file to `InputError`."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    try:
        yield
    except InputError as error:
        error.where = error.where or show(path)
        raise
    except UnidentifiedImageError as error:
        if formats != FORMATS:
            what = "not an image of the format that its name says, or its header is corrupt"
            raise InputError(what, code="not-an-image", where=show(path), hint=AGAIN) from error
        file.seek(0)
        raise explain(file.read(HEAD), show(path)) from error
    except MemoryError as error:
        hint = "lower --max-pixels"
        raise InputError("out of memory", code="out-of-memory", where=show(path), hint=hint) from error
    except (*FAULTS, Pillow.DecompressionBombError) as error:
        what = f"image is truncated or corrupt: {_reason(error)}"
        raise InputError(what, code="truncated", where=show(path), hint=AGAIN) from error


def look(path: Path) -> os.stat_result:
    """Return the status of the file or folder at a path; raises `InputError` where it is missing or inaccessible."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(path) from None
    except (OSError, ValueError) as error:
        what = f"cannot access the path: {_reason(error)}"
        raise InputError(what, code="unreadable", where=show(path), hint="check its name and permissions") from error


def _missing(path: Path) -> InputError:
    """Return the error for a path where nothing is, with the closest names in its folder."""
    near = ""
    with contextlib.suppress(OSError):
        if path.is_symlink():
            where, hint = f"{show(path)} -> {show(path.readlink())}", "restore its target, or remove it"
            return InputError("broken link", code="not-found", where=where, hint=hint)
        near = did_you_mean(path.name, [one.name for one in path.parent.iterdir()])
    return InputError("no such file or folder", code="not-found", where=show(path), hint=show(near))


def _reason(error: Exception) -> str:
    """Return the reason of an error, without the path."""
    return getattr(error, "strerror", None) or words_of(error) or type(error).__name__


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular, non-empty file; pipes and devices, which may block, are refused."""
    if not stat.S_ISREG(look(path).st_mode):
        raise _irregular(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        what = f"cannot read the file: {_reason(error)}"
        raise InputError(what, code="unreadable", where=show(path), hint="check its permissions") from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _irregular(path)
        if not status.st_size:
            raise InputError("the file is empty", code="is-empty", where=show(path), hint=AGAIN)
        yield file


def _irregular(path: Path) -> InputError:
    return InputError("not a regular file", code="not-a-regular-file", where=show(path), hint="name an image file")

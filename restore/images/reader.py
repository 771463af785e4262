"""The guarded reader of image files."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from restore.errors import InputError
from restore.images.decoder import FAULTS, decode, decode_dpi
from restore.images.picture import MAX_PIXELS, Picture
from restore.text import did_you_mean, show, words_of


def read(path: str | os.PathLike[str], *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Read one image file, whole or not at all.

    Raises `InputError` for what is missing, no regular file, empty, no picture, truncated or damaged, larger than
    `max_pixels`, or holds values without a meaning in [0, 1]. Nothing is ever padded or clipped.
    """
    path = Path(path)
    with _opened(path) as file, _told(path):
        return decode(file, path, max_pixels)


def read_dpi(path: str | os.PathLike[str]) -> float | None:
    """Read the dots per inch along a row that an image file's header tells, None where it tells none.

    What headers tell is often not true. Raises `InputError` where the file cannot be read or is no picture.
    """
    path = Path(path)
    with _opened(path) as file, _told(path):
        return decode_dpi(file)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what Pillow raises while it reads a file into an `InputError`."""
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    try:
        yield
    except UnidentifiedImageError as error:
        known = "BMP, GIF, JPEG, PNG, PNM, TIFF and WebP"
        raise InputError(
            "this is no picture, or its start is damaged", where=show(path), hint=f"read: {known}"
        ) from error
    except MemoryError as error:
        raise InputError("there is no memory for this picture", where=show(path), hint="lower --max-pixels") from error
    except (*FAULTS, Pillow.DecompressionBombError) as error:
        hint = "fetch or write it again: it is never filled up"
        raise InputError(
            f"the picture is truncated or damaged: {_reason(error)}", where=show(path), hint=hint
        ) from error


def look(path: Path) -> os.stat_result:
    """Return the status of what a path leads to; raises `InputError` where nothing is there, or no way to it."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise _missing(path) from None
    except (OSError, ValueError) as error:
        raise InputError(f"the path cannot be followed: {_reason(error)}", where=show(path)) from error


def _missing(path: Path) -> InputError:
    """Return the error for a path that leads to nothing, with the nearest names that are there."""
    near = ""
    with contextlib.suppress(OSError):
        if path.is_symlink():
            return InputError("the link leads to nothing", where=f"{show(path)} -> {show(path.readlink())}")
        near = did_you_mean(path.name, [one.name for one in path.parent.iterdir()])
    return InputError("there is no such file or folder", where=show(path), hint=show(near))


def _reason(error: Exception) -> str:
    """Return why the system refused, without the path, which stands beside it."""
    return getattr(error, "strerror", None) or words_of(error) or type(error).__name__


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a regular file that holds something; pipes and devices are never waited for."""
    if not stat.S_ISREG(look(path).st_mode):
        raise InputError("this is no regular file", where=show(path), hint="give a picture")
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise InputError(f"the file cannot be read: {_reason(error)}", where=show(path)) from error
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise InputError("this is no regular file", where=show(path), hint="give a picture")
        if not status.st_size:
            raise InputError("the file is empty", where=show(path))
        yield file

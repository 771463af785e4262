"""Pillow, with its process-wide settings and its errors in one place."""

from __future__ import annotations

import contextlib
import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from restore.images.libtiff import libtiff_errors

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("BMP", "DIB", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, struct.error, zlib.error),
)
"""What Pillow raises for corrupt and malicious files."""
_MUTE = logging.NullHandler()
"""Keeps Pillow's log messages off stderr, their default; handlers of the application still receive them."""
_PILLOW = threading.RLock()
"""Held while process-wide settings of Pillow or Python are changed."""


@contextlib.contextmanager
def strictly() -> Iterator[list[warnings.WarningMessage]]:
    """Collect Pillow's warnings, with its size limit off (ours is checked), truncated files refused, stderr silent.

    These settings are process-wide, so one thread at a time; pixels are decoded outside.
    """
    from PIL import Image
    from PIL import ImageFile as Files

    logging.getLogger("PIL").addHandler(_MUTE)
    with _PILLOW, warnings.catch_warnings(record=True, action="always") as caught:
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        Files.LOAD_TRUNCATED_IMAGES = False
        try:
            yield caught
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def load(image: Image) -> None:
    """Decode the pixels; PNG and TIFF in one thread at a time, as Pillow then reads more chunks or tags and may warn.

    Errors of libtiff are raised, even where Pillow keeps the partial image.
    """
    if image.format == "TIFF":
        _load_tiff(image)
    elif image.format == "PNG":
        with strictly():
            image.load()
    else:
        image.load()


def _load_tiff(image: Image) -> None:
    with strictly(), libtiff_errors() as errors:
        try:
            image.load()
        except OSError:
            if not errors:  # more specific than Pillow's "decoder error -2"
                raise
    if errors:
        raise OSError(errors[0])

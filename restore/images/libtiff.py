"""What libtiff calls an error, heard instead of written to stderr."""

from __future__ import annotations

import contextlib
import ctypes
import re
from collections.abc import Iterator


@contextlib.contextmanager
def libtiff_errors() -> Iterator[list[str]]:
    """Keep the first error that libtiff tells within a block, without the values in it.

    By itself it writes errors to stderr, and goes on where it can with what it could not decode. The handler is a
    setting of the process, so one thread at a time. Where Pillow hides its libtiff, nothing is heard.
    """
    from PIL import _imaging

    told: list[str] = []
    try:
        set_handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
    except (AttributeError, OSError):
        yield told
        return

    def hear(module: bytes | None, text: bytes, _: int) -> None:
        if not told:  # a hostile file has millions
            what = re.sub("%[^ ,;:)]*", "…", text.decode(errors="replace"))
            told.append(f"{(module or b'libtiff').decode(errors='replace')}: {what}")

    handler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)(hear)
    set_handler.restype = ctypes.c_void_p
    before = set_handler(handler)
    try:
        yield told
    finally:
        set_handler(ctypes.c_void_p(before))

"""The standard streams of a command: closed before it starts, full, or closed by their reader."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO


def open_closed_streams() -> None:
    """Replace streams that were closed before the start; writing to stdout fails, messages are lost.

    Otherwise the next file opened would get the descriptor, and receive what libraries print.
    """
    for name, mode, access in (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, access)  # the lowest that is free: that of the stream
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))


def let_every_name_be_printed() -> None:
    """Write characters that the output's encoding lacks as escapes: file names may hold any bytes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def lead_nowhere(stream: TextIO) -> None:
    """Redirect a stream that cannot be written to the null device, so that Python does not fail on it again at exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)

"""The standard streams at the edges of a command: closed before it starts, full or left by their reader as it ends."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO


def open_closed_streams() -> None:
    """Put others in the place of streams that were closed before the start: what is asked for cannot go out there.

    Else the next file that is opened would get the descriptor, and in it what libraries print. Messages are lost.
    """
    for name, mode, access in (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, access)  # the lowest that is free: the stream's own
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))


def let_every_name_be_printed() -> None:
    """Write what the output's encoding lacks as escapes: file names may hold any bytes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def lead_nowhere(stream: TextIO) -> None:
    """Let a stream that cannot be written lead nowhere, so that Python does not fail on it once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)

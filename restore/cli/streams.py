"""The standard streams at the edges of a command: closed before it starts, full or left by their reader as it ends."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO


def open_closed_streams() -> None:
    """Put streams that fail in the place of those that were closed before the start.

    Else the next file that is opened would get the descriptor, and what libraries print.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest descriptor that is free: the stream's own. It can be read, so that to write fails.
            descriptor = os.open(os.devnull, os.O_RDONLY)
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

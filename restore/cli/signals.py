"""Signals: the first one stops the work after its current step, the second one aborts the process."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

FIRST = int(signal.SIGINT)
SHOW_CURSOR = "\x1b[?25h"
"""The cursor is hidden while a progress bar is shown."""


@dataclass
class StopRequest:
    """The number of the signal that requested a stop, None before the first."""

    signum: int | None = None

    def __call__(self) -> int | None:
        """Return the number of the signal, or None."""
        return self.signum


@contextlib.contextmanager
def stopping_gently() -> Iterator[StopRequest]:
    """Yield the stop request, set by the first SIGINT or SIGTERM; a second one aborts the process.

    Aborting unwinds nothing: TensorFlow does not survive exceptions at arbitrary places (it crashed now and then), and a
    run file is whole at any time. The previous handlers are restored.
    """
    request = StopRequest()

    def note(signum: int, frame: FrameType | None) -> None:
        del frame
        if request.signum is not None:
            _report(f"{SHOW_CURSOR if sys.stderr.isatty() else ''}aborted; the last commit is kept")
            os._exit(128 + signum)
        request.signum = signum
        _report("stopping after this step; press Ctrl-C again to abort")

    with _handling(note, signal.SIGINT, signal.SIGTERM):
        yield request


def ending_on_sigterm() -> contextlib.AbstractContextManager[None]:
    """Make SIGTERM end the work like Ctrl-C, so that open resources are closed."""
    return _handling(_interrupt, signal.SIGTERM)


def ending_at_once() -> contextlib.AbstractContextManager[None]:
    """Make the first signal end the work at once: for long steps without results to keep, within `stopping_gently`."""
    return _handling(_interrupt, signal.SIGINT, signal.SIGTERM)


def _report(text: str) -> None:
    """Write a line to stderr, bypassing all buffers: the handler may run in the middle of a write."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # stderr may be closed, or None
        new_line = "\n" if sys.stderr.isatty() else ""
        os.write(sys.stderr.fileno(), f"{new_line}{text}\n".encode())


def _interrupt(signum: int, frame: FrameType | None) -> None:
    del frame
    raise KeyboardInterrupt(signum)


@contextlib.contextmanager
def _handling(handler: object, *signums: signal.Signals) -> Iterator[None]:
    """Set a handler, in the main thread only: others cannot."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signum: signal.signal(signum, handler) for signum in signums}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for signum, old in before.items():
            signal.signal(signum, old)

"""Signals: the first one asks the work to stop at a good place, the second ends the process at once."""

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
"""What a progress bar hid while it moved."""


@dataclass
class StopRequest:
    """The number of the signal that asked to stop, None before there was one."""

    signum: int | None = None

    def __call__(self) -> int | None:
        """Return the number of the signal, or None."""
        return self.signum


@contextlib.contextmanager
def stopping_gently() -> Iterator[StopRequest]:
    """Give what `should_stop` asks: SIGINT and SIGTERM are noted there; a second one ends the process.

    Nothing is unwound then: TensorFlow does not survive an exception at any place (it was seen to crash, now and
    then), and a run file is whole at every moment. The handlers from before are put back.
    """
    request = StopRequest()

    def note(signum: int, frame: FrameType | None) -> None:
        del frame
        if request.signum is not None:
            _tell(f"{SHOW_CURSOR if sys.stderr.isatty() else ''}ended at once; what was committed stands")
            os._exit(128 + signum)
        request.signum = signum
        _tell("stopping after this step; once more ends at once")

    with _handling(note, signal.SIGINT, signal.SIGTERM):
        yield request


def ending_on_sigterm() -> contextlib.AbstractContextManager[None]:
    """Let SIGTERM end the work as Ctrl-C does, so that whatever is open is closed."""
    return _handling(_interrupt, signal.SIGTERM)


def ending_at_once() -> contextlib.AbstractContextManager[None]:
    """Let the first signal end the work: for a long step of which nothing stands, within `stopping_gently`."""
    return _handling(_interrupt, signal.SIGINT, signal.SIGTERM)


def _tell(text: str) -> None:
    """Tell that the signal was heard, past every buffer: the handler may have come in the middle of a write."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # stderr may be closed, or None
        new_line = "\n" if sys.stderr.isatty() else ""
        os.write(sys.stderr.fileno(), f"{new_line}{text}\n".encode())


def _interrupt(signum: int, frame: FrameType | None) -> None:
    del frame
    raise KeyboardInterrupt(signum)


@contextlib.contextmanager
def _handling(handler: object, *signums: signal.Signals) -> Iterator[None]:
    """Set a handler; only the main thread may, so that elsewhere nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signum: signal.signal(signum, handler) for signum in signums}  # type: ignore[arg-type]
    try:
        yield
    finally:
        for signum, old in before.items():
            signal.signal(signum, old)

"""What a run does beside its plan."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from restore.errors import Stopped
from restore.events import Event, Listener, Phase, Warned, ignore
from restore.system import memory

LOOK = 0.1
"""Seconds between two looks at the memory that is free."""


@dataclass(frozen=True)
class How:
    """What a run does beside its plan; none of it changes a score.

    `should_stop` is called after every batch, and returns the number of the signal that asks to stop, or None.
    `device`: one of `environment.DEVICES`. `export`: whether the networks are stored as ONNX too, where they can be.
    """

    cache: bool = True
    keep_state: bool = False
    skip_bad: bool = False
    device: str = "auto"
    export: bool = True
    listener: Listener = ignore
    should_stop: Callable[[], int | None] = lambda: None


def heeding(how: How, path: Path | None = None) -> Listener:
    """Return the listener, which then ends the work where a signal asks for it or memory is nearly used up.

    A commit needs memory for the whole file, so that as much as `path` holds has to stay free.
    """
    phase, looked = "", 0.0

    def heard(event: Event) -> None:
        nonlocal phase, looked
        how.listener(event)
        phase = event.name if isinstance(event, Phase) else phase
        signum = how.should_stop()
        if signum is not None:
            raise Stopped(signum, f"stopped by a signal during: {phase}")
        if time.monotonic() - looked > LOOK:
            looked = time.monotonic()
            if memory.is_low(path.stat().st_size if path else 0):
                raise MemoryError

    return heard


def noting(listener: Listener, note: Callable[[str], None]) -> Listener:
    """Return a listener that hands the text of every warning to `note` first."""

    def heard(event: Event) -> None:
        if isinstance(event, Warned):
            note(event.text)
        listener(event)

    return heard

"""What a run does beside its plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from restore.events import Listener, ignore


@dataclass(frozen=True)
class How:
    """What a run does beside its plan; none of it changes a score.

    `should_stop` is called after every batch, and returns the number of the signal that asks to stop, or None.
    `device`: one of `environment.DEVICES`.
    """

    cache: bool = True
    keep_state: bool = False
    skip_bad: bool = False
    device: str = "auto"
    listener: Listener = ignore
    should_stop: Callable[[], int | None] = lambda: None

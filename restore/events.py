"""Progress events of a run, sent to a listener; a listener may raise to end the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the work begins; `total` is its number of steps, None where unknown."""

    name: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """The current phase has finished step `done`; `figures` are values to show beside it."""

    done: int
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pulse:
    """Work between two steps with nothing to show: a validation batch, a row of scores."""


@dataclass(frozen=True, slots=True)
class EpochDone:
    """An epoch was trained and committed; `row` is its row of the history, `planned` the number of epochs planned."""

    row: Mapping[str, float]
    planned: int


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning to the user."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The run is complete; `path` is its file."""

    path: Path


Event: TypeAlias = Phase | Advance | Pulse | EpochDone | Warned | Done
Listener: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Discard an event."""

"""What the engine tells whoever listens, while it works; a listener may raise to end the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the work begins; `total` is the number of its steps, None where it is not known."""

    name: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """The current phase has come to step `done`; `figures` are what can be shown beside it."""

    done: int
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pulse:
    """The work goes on between two steps, with nothing to show: a batch of validation, a row of scores."""


@dataclass(frozen=True, slots=True)
class EpochDone:
    """An epoch was trained and committed; `row` is its row of the history."""

    row: Mapping[str, float]
    planned: int


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that a user should know."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """The run is complete and lies in `path`."""

    path: Path


Event: TypeAlias = Phase | Advance | Pulse | EpochDone | Warned | Done
Listener: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""

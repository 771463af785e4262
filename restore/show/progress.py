"""A run while it works: a bar on a terminal, one line an epoch elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from restore.events import Advance, Done, EpochDone, Event, Listener, Phase, Warned
from restore.show.figures import show_figure, show_seconds

TRAINING = "training"
BAR = 20
"""Columns of the bar, so that a line keeps to 80."""


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a run before it begins: epochs planned and done, and images in a batch."""

    epochs: int
    done: int
    batch: int

    @classmethod
    def of(cls, plan: Mapping[str, Any], done: int) -> Course:
        """Return the course of a plan (JSON) of which `done` epochs are trained already."""
        return cls(plan["training"]["epochs"], done, plan["training"]["batch"])


@contextlib.contextmanager
def watching(
    course: Course | None, *, tell: Callable[[str], None], warn: Callable[[str], None], file: TextIO | None = None
) -> Iterator[Listener]:
    """Give a listener that shows a run, or, without a course, warns and nothing more.

    On a terminal, `file` or by default stderr, a bar moves; elsewhere `tell` gets a line an epoch.
    """
    console = Console(file=file or sys.stderr, highlight=False)
    if course is None:
        yield lambda event: warn(event.text) if isinstance(event, Warned) else None
    elif not console.is_terminal:
        yield Lines(course, tell, warn)
    else:
        with _bar(console) as progress:
            yield Bar(course, progress, warn)


def describe_epoch(row: Mapping[str, float], planned: int, rate: float | None) -> str:
    """Return an epoch as one line: its number, losses, images a second, and time."""
    losses = [f"{name} {show_figure(row[name])}" for name in ("loss", "val_loss") if name in row]
    speed = [f"{rate:.0f} images/s"] if rate else []
    epoch = f"epoch {row['epoch']:{len(str(planned))}.0f}/{planned}"
    return "  ".join([epoch, *losses, *speed, show_seconds(row["seconds"])])


@dataclass
class Pace:
    """How many images a second the steps of an epoch take; the first step, which compiles, is left out."""

    batch: int
    _first: tuple[int, float] | None = None
    _last: tuple[int, float] | None = None

    def step(self, done: int) -> None:
        """Note that `done` steps of the epoch are over."""
        now = (done, time.perf_counter())
        if self._last is None or done <= self._last[0]:
            self._first = now
        self._last = now

    @property
    def rate(self) -> float | None:
        """Return images a second, None before two steps."""
        if self._first is None or self._last is None or self._last[1] <= self._first[1]:
            return None
        return (self._last[0] - self._first[0]) * self.batch / (self._last[1] - self._first[1])


@dataclass
class Lines:
    """Tells one line an epoch, and warnings."""

    course: Course
    tell: Callable[[str], None]
    warn: Callable[[str], None]
    phase: str = ""
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        """Begin a pace."""
        self.pace = Pace(self.course.batch)

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, Phase):
            self.phase = event.name
        elif isinstance(event, Advance) and self.phase == TRAINING:
            self.pace.step(event.done)
        elif isinstance(event, EpochDone):
            self.tell(describe_epoch(event.row, event.planned, self.pace.rate))
        elif isinstance(event, Warned):
            self.warn(event.text)


@dataclass
class Bar:
    """Moves a bar: over the pictures while data is read and scored, over all steps while a model is trained."""

    course: Course
    progress: Progress
    warn: Callable[[str], None]
    phase: str = ""
    task: TaskID | None = None
    steps: int = 0
    epochs: int = 0
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        """Begin a pace, after the epochs that are done already."""
        self.pace, self.epochs = Pace(self.course.batch), self.course.done

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, Phase):
            self._begin(event)
        elif isinstance(event, Advance):
            self._advance(event)
        elif isinstance(event, EpochDone):
            self.epochs = round(event.row["epoch"])
            self.progress.console.print(describe_epoch(event.row, event.planned, self.pace.rate), markup=False)
        elif isinstance(event, Warned):
            self.warn(event.text)  # rich puts what is written to stderr above the bar
        elif isinstance(event, Done):
            self._end()

    def _begin(self, phase: Phase) -> None:
        self._end()
        self.phase, self.steps, total = phase.name, phase.total or 0, phase.total
        if phase.name == TRAINING:
            total = self.steps * self.course.epochs
        self.task = self.progress.add_task(phase.name, total=total, completed=self.steps * self.epochs, said="")

    def _advance(self, event: Advance) -> None:
        assert self.task is not None
        if self.phase != TRAINING:
            total = event.figures.get("total", self.progress.tasks[-1].total)
            self.progress.update(self.task, completed=event.done, total=total)
            return
        self.pace.step(event.done)
        said = [f"loss {show_figure(event.figures['loss'])}"] if "loss" in event.figures else []
        said += [f"{self.pace.rate:.0f} images/s"] if self.pace.rate else []
        name = f"epoch {min(self.epochs + 1, self.course.epochs)}/{self.course.epochs}"
        done = self.steps * self.epochs + event.done
        self.progress.update(self.task, description=name, completed=done, said="  ".join(said))

    def _end(self) -> None:
        if self.task is not None:
            self.progress.remove_task(self.task)
            self.task = None


def _bar(console: Console) -> Progress:
    """Return a bar that redraws four times a second: calm, and cheap over a slow connection."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(BAR),
        TextColumn("{task.fields[said]}", markup=False),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=console,
        transient=True,
        refresh_per_second=4,
    )


@contextlib.contextmanager
def counting(name: str, total: int, *, shown: bool) -> Iterator[Callable[..., None]]:
    """Give a function that moves a bar by one, or by a number, on a terminal; elsewhere, or not `shown`, it does nothing."""
    console = Console(file=sys.stderr, highlight=False)
    if not shown or not console.is_terminal:
        yield lambda _=1: None
        return
    with _bar(console) as progress:
        task = progress.add_task(name, total=total, said="")
        yield lambda count=1: progress.advance(task, count)

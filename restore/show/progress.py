"""Progress of a run: a bar on a terminal, one line per epoch elsewhere."""

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
"""Columns of the bar, so that a line fits in 80."""


@dataclass(frozen=True, slots=True)
class Course:
    """The extent of a run: epochs planned and done, and images in a batch."""

    epochs: int
    done: int
    batch: int

    @classmethod
    def of(cls, plan: Mapping[str, Any], done: int) -> Course:
        """Return the course of a plan (JSON) with `done` epochs already trained."""
        return cls(plan["training"]["epochs"], done, plan["training"]["batch"])


@contextlib.contextmanager
def watching(
    course: Course | None, *, tell: Callable[[str], None], warn: Callable[[str], None], file: TextIO | None = None
) -> Iterator[Listener]:
    """Yield a listener that shows the progress of a run, or, without a course, its warnings only.

    On a terminal (`file`, by default stderr) it is a bar; elsewhere `tell` is called with one line per epoch.
    """
    console = Console(file=file or sys.stderr, highlight=False)
    if course is None:
        yield lambda event: warn(event.text) if isinstance(event, Warned) else None
    elif not console.is_terminal:
        yield Lines(course, tell, warn)
    else:
        with bar(console) as progress:
            yield Bar(course, progress, warn)


def describe_epoch(row: Mapping[str, float], planned: int, rate: float | None) -> str:
    """Return an epoch as one line: its number, losses, images per second, and time."""
    losses = [f"{name} {show_figure(row[name])}" for name in ("loss", "val_loss") if name in row]
    speed = [f"{rate:.0f} images/s"] if rate else []
    epoch = f"epoch {row['epoch']:{len(str(planned))}.0f}/{planned}"
    return "  ".join([epoch, *losses, *speed, show_seconds(row["seconds"])])


@dataclass
class Pace:
    """Images per second over the steps of an epoch; the first step, which compiles, is left out."""

    batch: int
    _first: tuple[int, float] | None = None
    _last: tuple[int, float] | None = None

    def step(self, done: int) -> None:
        """Record that `done` steps of the epoch are finished."""
        now = (done, time.perf_counter())
        if self._last is None or done <= self._last[0]:
            self._first = now
        self._last = now

    @property
    def rate(self) -> float | None:
        """Return images per second, None before two steps."""
        if self._first is None or self._last is None or self._last[1] <= self._first[1]:
            return None
        return (self._last[0] - self._first[0]) * self.batch / (self._last[1] - self._first[1])


@dataclass
class Lines:
    """Shows progress as one line per epoch, and warnings."""

    course: Course
    tell: Callable[[str], None]
    warn: Callable[[str], None]
    phase: str = ""
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        """Start a pace."""
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
    """Shows progress as a bar: over images while data is read and scored, over all steps during training."""

    course: Course
    progress: Progress
    warn: Callable[[str], None]
    phase: str = ""
    task: TaskID | None = None
    steps: int = 0
    epochs: int = 0
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        """Start a pace, after the epochs that are already done."""
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
            self.warn(event.text)  # rich prints what is written to stderr above the bar
        elif isinstance(event, Done):
            self._end()

    def _begin(self, phase: Phase) -> None:
        self._end()
        self.phase, self.steps, total = phase.name, phase.total or 0, phase.total
        if phase.name == TRAINING:
            total = self.steps * self.course.epochs
        self.task = self.progress.add_task(phase.name, total=total, completed=self.steps * self.epochs, figures="")

    def _advance(self, event: Advance) -> None:
        assert self.task is not None
        if self.phase != TRAINING:
            total = event.figures.get("total", self.progress.tasks[-1].total)
            self.progress.update(self.task, completed=event.done, total=total)
            return
        self.pace.step(event.done)
        shown = [f"loss {show_figure(event.figures['loss'])}"] if "loss" in event.figures else []
        shown += [f"{self.pace.rate:.0f} images/s"] if self.pace.rate else []
        name = f"epoch {min(self.epochs + 1, self.course.epochs)}/{self.course.epochs}"
        done = self.steps * self.epochs + event.done
        self.progress.update(self.task, description=name, completed=done, figures="  ".join(shown))

    def _end(self) -> None:
        if self.task is not None:
            self.progress.remove_task(self.task)
            self.task = None


def bar(console: Console) -> Progress:
    """Return a bar that redraws four times per second: steady, and cheap over a slow connection."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(BAR),
        TextColumn("{task.fields[figures]}", markup=False),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=console,
        transient=True,
        refresh_per_second=4,
    )


@contextlib.contextmanager
def counting(name: str, total: int, *, shown: bool) -> Iterator[Callable[..., None]]:
    """Yield a function that advances a bar by one, or by a number; without a terminal or `shown`, it does nothing."""
    console = Console(file=sys.stderr, highlight=False)
    if not shown or not console.is_terminal:
        yield lambda _=1: None
        return
    with bar(console) as progress:
        task = progress.add_task(name, total=total, figures="")
        yield lambda count=1: progress.advance(task, count)

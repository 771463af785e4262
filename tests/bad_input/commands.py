"""Every command that takes pictures, and every one that takes a run file: a new one joins with one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

About = Literal["path", "picture", "set"]
"""What a row is about: the path that is named, single pictures, or a set of them with its groups."""


@dataclass(frozen=True)
class Command:
    """A command, what it looks at, and the arguments that it is called with for an input."""

    name: str
    looks_at: Sequence[About]
    arguments: Callable[[Path], Sequence[object]]

    def __str__(self) -> str:
        return self.name


RUN = ("run", "fingerprint", "--corrupt=box:size=4", "--size=32", "--epochs=1", "--batch=4", "--model=cae", "--name=a")
TAKING_PICTURES = (
    Command("run", ("path", "picture", "set"), lambda path: [*RUN, "--data", path]),
    Command("run --dry-run", ("path",), lambda path: [*RUN, "--data", path, "--dry-run"]),
    Command("corrupt", ("path", "picture"), lambda path: ["corrupt", "box:size=4", path, "-o", "out"]),
)
"""Run with fewer pictures and epochs than by default, so that what is not refused is done in seconds."""

TAKING_RUNS = (
    Command("show", (), lambda run: ["show", run]),
    Command("show --panel", (), lambda run: ["show", run, "--panel", "panel.png"]),
    Command("export", (), lambda run: ["export", run, "--csv", "scores.csv"]),
    Command("run --resume", (), lambda run: ["run", "--resume", run]),
    Command("run --like", (), lambda run: ["run", "--like", run, "--name", "other"]),
)

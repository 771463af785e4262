"""Every command that takes pictures, and every one that takes a run file: a new one joins with one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

About = Literal["path", "picture", "set"]
"""What a row is about: the path that is named, single pictures, or a set of them with its groups."""


@dataclass(frozen=True)
class Command:
    """A command, what it looks at, and the arguments that it is called with for an input.

    `briefly`: more arguments, by which a command whose work takes long is refused after it looked at its pictures.
    """

    name: str
    looks_at: Sequence[About]
    arguments: Callable[[object], Sequence[object]]
    briefly: Sequence[object] = ()


RUN = (
    *("run", "fingerprint", "--name=a", "--corrupt=box:size=4", "--model=cae", "--baseline=identity"),
    *("--size=32", "--epochs=1", "--batch=4"),
)
"""Little work, for those that are carried out."""
TOO_LARGE = "--corrupt=box:size=33"
"""Damage that no picture of a run is large enough for."""

TAKING_PICTURES = (
    Command("run", ("path", "picture", "set"), lambda path: [*RUN, "--data", path], [TOO_LARGE]),
    Command("run --dry-run", ("path",), lambda path: [*RUN, "--data", path, "--dry-run"]),
    Command("corrupt", ("path", "picture"), lambda path: ["corrupt", "box:size=4", path, "-o", "out"]),
)

TAKING_RUNS = (
    Command("show", (), lambda run: ["show", run]),
    Command("show --panel", (), lambda run: ["show", run, "--panel", "panel.png"]),
    Command("export", (), lambda run: ["export", run, "--csv", "scores.csv"]),
    Command("run --resume", (), lambda run: ["run", "--resume", run]),
    Command("run --like", (), lambda run: ["run", "--like", run, "--name", "other"]),
)
"""Those that cannot do without a sound file; `verify` and `runs` are there to tell of others."""

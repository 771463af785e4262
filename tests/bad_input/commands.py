"""Every command that takes images, and every command that takes a run file: one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

About = Literal["path", "image", "set"]
"""What a row is about: the path that is named, single images, or a set of them with its groups."""


@dataclass(frozen=True)
class Command:
    """A command, what it looks at, and its arguments for an input.

    `briefly`: more arguments, by which a long-running command is refused after it has looked at its images. `keeps`: codes of
    refusals, and names of warnings, that are none here.
    """

    name: str
    looks_at: Sequence[About]
    arguments: Callable[[object], Sequence[object]]
    briefly: Sequence[object] = ()
    keeps: Sequence[str] = ()


RUN = (
    *("run", "fingerprint", "--name=a", "--corrupt=box:size=4", "--model=cae", "--baseline=identity"),
    *("--size=32", "--epochs=1", "--batch=4"),
)
"""Little work, for runs that are carried out."""
TOO_LARGE = "--corrupt=box:size=33"
"""Damage that is too large for every image of a run."""

KEPT = ("transparent", "changed by nothing")
"""What restoring has no fault in: alpha is put back, and images may have no damage."""
TRAINED = Path(__file__).parents[1] / "golden/plan-run.h5"

TAKING_IMAGES = (
    Command("run", ("path", "image", "set"), lambda path: [*RUN, "--data", path], [TOO_LARGE]),
    Command("run --dry-run", ("path",), lambda path: [*RUN, "--data", path, "--dry-run"]),
    Command("corrupt", ("path", "image"), lambda path: ["corrupt", "box:size=4", path, "-o", "out"]),
    Command("apply", ("path", "image"), lambda path: ["apply", TRAINED, path, "-o", "out"], keeps=KEPT),
)

TAKING_RUNS = (
    Command("show", (), lambda run: ["show", run]),
    Command("show --panel", (), lambda run: ["show", run, "--panel", "panel.png"]),
    Command("export", (), lambda run: ["export", run, "--csv", "scores.csv"]),
    Command("compare", (), lambda run: ["compare", run, TRAINED]),
    Command("compare the second", (), lambda run: ["compare", TRAINED, run]),
    Command("apply", (), lambda run: ["apply", run, "image.png", "-o", "out"]),
    Command("run --resume", (), lambda run: ["run", "--resume", run]),
    Command("run --like", (), lambda run: ["run", "--like", run, "--name", "other"]),
)
"""Those that need an intact file; `verify` and `runs` take damaged ones."""

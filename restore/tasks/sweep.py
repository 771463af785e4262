"""Many runs of one recipe: planned, run here, in processes or on a cluster, each once, and gone on with at will."""

from __future__ import annotations

import importlib
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from restore.errors import RequestError, RestoreError, Stopped
from restore.planning.grid import Axis, combinations
from restore.planning.options import Options, make_request
from restore.planning.resolve import resolve
from restore.plugins.catalogue import Catalogue
from restore.runfile.store import ENDING, RunsFolder
from restore.runfile.summary import Summary
from restore.running.how import How
from restore.running.opened import open_run
from restore.running.run import execute, resume_run
from restore.system.cluster import connected
from restore.system.environment import require_backend
from restore.system.workers import Executor, here, in_processes

if TYPE_CHECKING:
    from restore.planning.plan import Plan

HASH = 12
"""Hex digits of a plan's hash in the name of its run."""


@dataclass(frozen=True, slots=True)
class Point:
    """A run of a sweep: its name, made of its plan's hash, what it varies as it was written, and its plan."""

    name: str
    varied: Mapping[str, str]
    plan: Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a point: `complete`, `failed` with an error's line, or `busy`, as another process has it."""

    name: str
    status: str
    error: str = ""


def plan_points(
    recipe: str, options: Mapping[str, Any], axes: Sequence[Axis], *, seeds: int = 1, catalogue: Catalogue | None = None
) -> list[Point]:
    """Return the points of a sweep, each plan once; one thread each unless `options` say more.

    Raises `RequestError` where a plan cannot be made, before anything is run.
    """
    known = catalogue or Catalogue.installed()
    found: dict[str, Point] = {}
    # Several seeds begin with that of the options, and are tested on what it would be, unless a split is fixed.
    fixed = {name: value for name, value in options.items() if name != "seed" or seeds == 1}
    for chosen, texts in combinations(axes, seeds, options.get("seed") or 0):
        varied = {name: value for name, value in chosen.items() if name in texts or name not in fixed}
        point = plan_point(recipe, fixed, varied, texts, catalogue=known)
        found.setdefault(point.name, point)
    return list(found.values())


def plan_point(
    recipe: str,
    options: Mapping[str, Any],
    varied: Mapping[str, Any],
    texts: Mapping[str, str],
    *,
    catalogue: Catalogue,
) -> Point:
    """Return the point of a recipe with `options` and what is `varied`; raises `RequestError` where no plan can be made."""
    both = sorted({*options} & {*varied})
    if both:
        what = f"{both[0]} is fixed and varied"
        raise RequestError(what, code="conflict", where="--set", hint="leave one of them out")
    plan = resolve(make_request(recipe, **cast("Options", {"threads": 1, **options, **varied})), catalogue)
    return Point(f"{plan.recipe.rpartition('/')[2]}-{plan.sha256[:HASH]}", texts, plan)


def summaries_of(points: Sequence[Point], folder: Path) -> dict[str, Summary]:
    """Return the summaries of the points whose run files are there, by name."""
    names = {point.name for point in points}
    return {one.path.stem: one for one in RunsFolder(folder).summaries() if one.path.stem in names}


def run_points(
    points: Sequence[Point], folder: Path, executor: Executor, *, cache: bool = True
) -> Generator[Outcome, None, None]:
    """Run the points that are not complete, and yield what became of each as it ends, in any order."""
    folder.mkdir(parents=True, exist_ok=True)
    done = {name for name, one in summaries_of(points, folder).items() if one.status == "complete"}
    yield from executor(partial(run_point, str(folder.resolve()), cache), (p for p in points if p.name not in done))


def run_point(folder: str, cache: bool, point: Point) -> Outcome:
    """Run a point, or go on with it from its last epoch, unless it is complete; errors become an outcome."""
    # Exporting takes longer than many a point's training; restore export does it to those that are kept.
    return carry_on(folder, point, How(cache=cache, export=False))


def carry_on(folder: str, point: Point, how: How) -> Outcome:
    """Run a point from where its file stands; raises `Stopped` alone."""
    path = Path(folder) / f"{point.name}{ENDING}"
    try:
        if not path.exists():
            execute(point.plan, how, runs=folder, name=point.name)
        elif open_run(path).status != "complete":
            resume_run(path, how)
    except Stopped:
        raise
    except RestoreError as error:
        busy = error.code in {"run-in-use", "run-exists"}
        return Outcome(point.name, "busy" if busy else "failed", error.line)
    return Outcome(point.name, "complete")


@contextmanager
def executing(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Yield what runs points: this process, `workers` processes, or a Dask cluster whose workers see the same files."""
    if scheduler is not None:
        with connected(scheduler, start=_ready) as executor:
            yield executor
    elif workers > 1:
        yield partial(in_processes, start=_ready, count=workers, option="--workers")
    else:
        yield partial(here, start=lambda: None)


def _ready() -> None:
    """Make a process ready, which then does many runs: the backend is loaded once."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    require_backend()
    importlib.import_module("keras")

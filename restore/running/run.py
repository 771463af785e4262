"""Runs planned, executed and resumed: what both doors, the command line and Python, call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Unpack

from restore.errors import RequestError
from restore.events import Listener, ignore
from restore.planning.options import Options, Request, make_request
from restore.running.how import How
from restore.running.opened import Run, find_run, open_run, runs_folder

if TYPE_CHECKING:
    from restore.planning.plan import Plan


class Planned(NamedTuple):
    """A plan, the run that it repeats with differences, and that whose weights it starts from; None where it has none."""

    plan: Plan
    base: Run | None
    parent: Run | None = None


def run(
    recipe: str | None = None,
    *,
    like: str | Path | None = None,
    from_run: str | Path | None = None,
    resume: str | Path | None = None,
    runs: str | Path | None = None,
    name: str | None = None,
    cache: bool = True,
    keep_state: bool = False,
    skip_bad: bool = False,
    device: str = "auto",
    listener: Listener = ignore,
    **options: Unpack[Options],
) -> Run:
    """Plan, train, score and record, as `restore run` does; `options` are those of `restore.planning.options.Options`.

    `like` takes the plan of another run, with differences; `from_run` starts from its weights, and takes its plan where
    neither `recipe` nor `like` is given; `resume` finishes a stopped one. `device` is cpu, gpu or auto. Raises
    `RequestError` where the request or an input is wrong (nothing is written then), `WorkError` where the work fails.
    """
    request = make_request(recipe, **options)
    how = How(cache=cache, keep_state=keep_state, skip_bad=skip_bad, device=device, listener=listener)
    if resume is None:
        planned = make_plan(request, like=like, from_run=from_run, runs=runs)
        return execute(planned.plan, how, runs=runs, name=name, parent=planned.parent)
    if request != Request() or any(one is not None for one in (like, from_run, name)):
        raise RequestError(
            "a run is resumed exactly as planned", code="resume-options", where="resume", hint="leave other options out"
        )
    return resume_run(resume, how, runs=runs)


def make_plan(
    request: Request,
    *,
    like: str | Path | None = None,
    from_run: str | Path | None = None,
    runs: str | Path | None = None,
) -> Planned:
    """Return the plan for a request, on top of that of the run `like` where one is named.

    With `from_run`, training starts from that run's weights; its plan is the base of a request without a recipe. A plan
    like that of a run that started from another starts from the same one.
    """
    from restore.planning.resolve import request_of, resolve
    from restore.plugins.catalogue import Catalogue
    from restore.running import origin

    if like is not None and request.recipe is not None:
        hint = "--like takes the recipe of that run"
        raise RequestError("give RECIPE or --like, not both", code="conflict", where="--like", hint=hint)
    base = None if like is None else open_run(like, runs=runs)
    if from_run is not None:
        parent, start = origin.open_parent(from_run, runs=runs)
        base = parent if base is None and request.recipe is None else base
    else:
        parent, start = (None, None) if base is None else origin.reopen_parent(base, runs=runs)
    if base is not None:
        request = request.over(request_of(base.planned))
    if parent is not None:
        request = origin.with_its_model(request, parent)
    plan = replace(resolve(request, Catalogue.installed()), start=start)
    if parent is not None:
        origin.require_same_model(plan, parent)
    return Planned(plan, base, parent)


def execute(
    plan: Plan, how: How, *, runs: str | Path | None = None, name: str | None = None, parent: Run | None = None
) -> Run:
    """Execute a plan into a new run file; `parent` is the run that it starts from, where it names one.

    Raises `RequestError` before anything is written, `WorkError` or `Stopped` when the work ends early: the last
    committed epoch then stands in the file.
    """
    from restore.plugins.catalogue import Catalogue
    from restore.runfile.lock import require_locks
    from restore.runfile.store import RunsFolder
    from restore.running.execution import begin
    from restore.system.environment import parse_device, working_on
    from restore.system.files import require_writable

    folder = RunsFolder(runs_folder(runs))
    require_writable(folder.folder, "the runs folder", hint="choose another: --runs DIR, or $RESTORE_RUNS")
    require_locks(folder.folder)
    with working_on(parse_device(how.device), plan.training.threads):
        return begin(plan, Catalogue.installed(), folder, how, name=name, parent=parent)


def resume_run(run: str | Path, how: How, *, runs: str | Path | None = None) -> Run:
    """Resume a run from its last committed epoch; raises like `execute`, and where plan, owners or data have changed."""
    from restore.plugins.catalogue import Catalogue
    from restore.runfile.store import RunsFolder
    from restore.running.execution import resume

    folder = runs_folder(runs)
    return resume(find_run(str(run), folder), Catalogue.installed(), RunsFolder(folder), how)

"""The run whose weights a training starts from: named, found again, and of the same model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from restore.errors import InputError, RequestError
from restore.planning.options import Options, Request
from restore.planning.plan import Plan
from restore.planning.resolve import request_of
from restore.runfile.summary import read_summary
from restore.running.opened import Run, open_run

OPTION = "--from"


class Origin(NamedTuple):
    """The run whose weights training starts from, and what a plan says of it; None where it starts from none."""

    parent: Run | None
    start: Mapping[str, str] | None


def open_parent(run: str | Path, *, runs: str | Path | None) -> Origin:
    """Open the run whose weights training starts from; raises `RequestError` where it has none, or is still running."""
    parent = open_run(run, runs=runs)
    if parent.record.kind == "evaluation":
        hint = f"name the run that it evaluates: {OPTION} {parent.record.parent.id}" if parent.record.parent else ""
        what = "an evaluation has no training of its own"
        raise RequestError(what, code="not-trained", where=f"{OPTION} {run}", hint=hint)
    if parent.status == "running":
        hint = "wait for its end, or stop it"
        raise RequestError("the run is still running", code="still-running", where=f"{OPTION} {run}", hint=hint)
    parent.require_weights()
    shipped = parent.record.kind == "pretrained" and "/" in str(run) and not Path(run).exists()
    found = str(run) if shipped else parent.id
    return Origin(parent, {"run": found, "id": parent.id, "content": read_summary(parent.path).content})


def reopen_parent(run: Run, *, runs: str | Path | None) -> Origin:
    """Open the run that a run started from.

    Raises `RequestError` where that run is not found any more, or holds something else now.
    """
    start = run.planned.start
    if start is None:
        return Origin(None, None)
    again = f"name its file, or another run: {OPTION} RUN"
    try:
        found = open_parent(start["run"], runs=runs)
    except InputError as error:
        what = f"{run.name} starts from the run {start['run']}, which is not found"
        raise RequestError(what, code="unknown-run", where=error.where, hint=again) from error
    if found.start != start:
        what = f"{run.name} starts from the run {start['run']}, which has changed since"
        raise RequestError(what, code="run-changed", where=str(found.parent and found.parent.path), hint=again)
    return found


def with_its_model(request: Request, parent: Run) -> Request:
    """Return a request with the parent's model, unless it names one."""
    if "model" in request.options:
        return request
    model = request_of(parent.planned).options["model"]
    return Request(request.recipe, cast("Options", {**request.options, "model": model}))


def require_same_model(plan: Plan, parent: Run) -> None:
    """Raise `RequestError` where the parent's weights are those of another model; its options may be others."""
    old, new = parent.planned, plan
    if old.model.component != new.model.component:
        what = f"the model is {new.model.spec}, that of {parent.name} {old.model.spec}"
        raise RequestError(what, code="other-model", where=OPTION, hint="leave --model out")
    if old.channels != new.channels:
        forms = ["greyscale" if one.channels == 1 else "RGB" for one in (new, old)]
        what = f"the recipe takes {forms[0]} images, {parent.name} {forms[1]} ones"
        raise RequestError(what, code="other-channels", where=OPTION, hint="choose another recipe, or leave it out")

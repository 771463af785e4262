"""A trained run scored again: on other data, under other damage, into a run file of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Unpack, cast

from restore.errors import RequestError
from restore.events import Listener, Phase, Warned, ignore
from restore.pipeline import engine
from restore.pipeline.cases import score_cases
from restore.pipeline.data import Data
from restore.planning.ladder import climb
from restore.planning.options import EVALUATED, Options, Request, flag_of, make_request
from restore.planning.plan import Plan
from restore.planning.resolve import request_of, resolve
from restore.plugins.catalogue import Catalogue
from restore.runfile.lock import require_locks
from restore.runfile.record import LEARNED, Parent, Record, SplitIds, new_id
from restore.runfile.store import RunsFolder
from restore.runfile.summary import read_summary
from restore.running import changes
from restore.running.ancestors import ancestors_of, learned_from, remarks
from restore.running.how import How, heeding, noting
from restore.running.opened import Run, open_run, runs_folder
from restore.running.recording import Recording, margins_of, now, splits_of
from restore.system.allocator import keep_memory
from restore.system.environment import describe_machine, versions
from restore.system.files import require_writable
from restore.text import few

TEST = "test"


def evaluate(
    run: Run | str | Path,
    *,
    levels: bool = False,
    runs: str | Path | None = None,
    name: str | None = None,
    cache: bool = True,
    skip_bad: bool = False,
    listener: Listener = ignore,
    **options: Unpack[Options],
) -> Run:
    """Score a trained run on its own test images or, with `data` or `dataset`, on others, as `restore eval` does.

    `options` are those of a run that `planning.options.EVALUATED` names. With `levels`, every corruption is scored in several amounts: a
    range in one of its options, `box:size=8..56`, or its levels. Returns the evaluation, a run file of its own. Raises
    `RequestError` where the request or an input is wrong; nothing is written then.
    """
    opened = run if isinstance(run, Run) else open_run(run, runs=runs)
    how = How(cache=cache, skip_bad=skip_bad, listener=listener)
    plan = evaluation_plan(opened, make_request(None, **options), Catalogue.installed(), levels=levels)
    return execute(opened, plan, how, runs=runs, name=name)


def evaluation_plan(run: Run, request: Request, catalogue: Catalogue, *, levels: bool) -> Plan:
    """Return the plan of an evaluation: the run's, with what `request` changes; raises `RequestError` where it cannot be."""
    if run.record.kind == "evaluation":
        hint = f"name the run that it evaluates: {run.record.parent.id}" if run.record.parent else ""
        raise RequestError("this is an evaluation itself", code="not-trained", where=str(run.path), hint=hint)
    run.require_weights()
    beside = [flag_of(one) for one in request.options if one not in EVALUATED]
    if beside:
        hint = f"available: {', '.join(map(flag_of, EVALUATED))}"
        raise RequestError(
            "an evaluation changes nothing of the training", code="unknown-option", where=", ".join(beside), hint=hint
        )
    asked = request.over(request_of(run.planned))
    if levels:
        said = {
            **asked.options,
            "corrupt": climb(asked.get("corrupt"), catalogue, run.planned.recipe.partition("/")[0]),
        }
        asked = Request(asked.recipe, cast("Options", said))
    plan = resolve(asked, catalogue)
    return replace(plan, training=run.planned.training, split=plan.split if _own(run, plan) else None)


def execute(run: Run, plan: Plan, how: How, *, runs: str | Path | None = None, name: str | None = None) -> Run:
    """Score a run as an evaluation's plan says, into a run file that is written whole at the end.

    Images that the run or one of its ancestors trained on or validated with are left out, by group and by pixels.
    """
    began = time.perf_counter()
    keep_memory()
    folder, ident = RunsFolder(runs_folder(runs)), new_id()
    require_writable(folder.folder, "the runs folder", hint="choose another: --runs DIR, or $RESTORE_RUNS")
    require_locks(folder.folder)
    name = name or f"{run.name[:100]}-eval-{ident}"
    folder.path(name)  # refused now, not after minutes of work
    said: list[str] = []
    listener = noting(heeding(how), said.append)
    catalogue, own = Catalogue.installed(), _own(run, plan)
    parts = engine.resolve_parts(plan, catalogue)
    for warning in run.changed_owners(catalogue):
        listener(Warned(f"{run.name} was made with {warning}"))
    content = read_summary(run.path).content
    ancestors = ancestors_of(run.record, content)
    for warning in remarks(ancestors):
        listener(Warned(warning))
    images = engine.prepare_data(
        plan,
        parts,
        cache=how.cache,
        skip_bad=how.skip_bad or (own and bool(run.record.skipped)),
        listener=listener,
        learned=learned_from(ancestors),
        whole=not own,
    )
    changed = "; ".join(changes.of_data(_tested(run.record.data), _tested(splits_of(images)))) if own else ""
    if changed and run.record.data:
        listener(Warned(f"the run's own test images have changed: {changed}"))
    _require_tested(images)
    listener(Phase("loading the model"))
    restorer = run.rebuild(catalogue)
    record = Record(
        id=ident,
        name=name,
        created=now(),
        status="complete",
        restore_version=version("restore-toolkit"),
        plan=plan.to_json(),
        environment={"versions": versions(), **describe_machine()},
        kind="evaluation",
        parent=Parent(run.id, content),
        seconds={"total": 0.0, "train": 0.0, "score": 0.0},
        data=_tested(splits_of(images)),
        skipped=[{"id": one.id, "reason": one.reason} for one in images.skipped],
        margins=margins_of(images),
    )
    with folder.create(name) as writer:
        recording = Recording(record, writer.commit, began)
        for text in said:
            recording.note("warning", text)
        with recording.timed("score"):
            cases = score_cases(plan, parts, restorer, images, listener=listener)
            recording.commit_scores(cases, plan.gallery)
        return Run(writer.path, recording.record)


def _own(run: Run, plan: Plan) -> bool:
    """Return whether a plan tests what the run's own plan does: then those are left out whom it never tested."""
    old = run.planned
    return (plan.data, plan.dataset, plan.limit, plan.test_seed) == (old.data, old.dataset, old.limit, old.test_seed)


def _tested(splits: Mapping[str, SplitIds]) -> dict[str, SplitIds]:
    """Return the splits that are tested: all but those that a run learns from."""
    return {name: one for name, one in splits.items() if name not in LEARNED}


def _require_tested(images: Data) -> None:
    """Raise `RequestError` where a test set is empty."""
    empty = [name for name, one in {TEST: images.test, **images.others}.items() if not len(one)]
    if empty:
        what = f"nothing to test in {few(empty)}"
        raise RequestError(what, code="nothing-to-test", hint="name other images: --data or --dataset")

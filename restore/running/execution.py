"""A plan executed into a run file, begun or resumed: the engine's work, committed as it goes."""

from __future__ import annotations

import contextlib
import re
import shlex
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from restore.errors import RequestError, RestoreError, Stopped, WorkError, signal_of
from restore.events import Done, Listener, Phase, Warned
from restore.pipeline import data, engine, exports, model
from restore.pipeline.cases import score_cases
from restore.pipeline.data import Data
from restore.planning.plan import Plan
from restore.plugins.catalogue import Catalogue
from restore.plugins.components import Model
from restore.plugins.values import Json
from restore.runfile.record import Ancestors, Parent, Record, new_id
from restore.runfile.store import RunsFolder
from restore.running.ancestors import ancestors_of, learned_from, remarks, start_state
from restore.running.how import How, heeding, noting
from restore.running.opened import Run
from restore.running.recording import Recording, arrays_of, checkpoint_of, margins_of, now, splits_of
from restore.system import environment, footprint, memory
from restore.system.allocator import keep_memory
from restore.system.processors import fix_threads
from restore.text import few

NAME_LENGTH = 120
"""Characters of a run's default name, so that it fits any file system."""


@dataclass(frozen=True)
class _Ready:
    """Everything that is at hand before a run file is touched.

    `truths`: what its damage draws. `inherited`: networks that begin with the weights of another run.
    """

    plan: Plan
    parts: engine.Parts
    images: Data
    built: model.Built
    truths: Sequence[Json]
    inherited: Collection[str]
    warnings: tuple[str, ...]


def begin(
    plan: Plan, catalogue: Catalogue, folder: RunsFolder, how: How, *, name: str | None, parent: Run | None = None
) -> Run:
    """Execute a plan into a new run file, and return the run; training starts from the weights of `parent`.

    Raises `RequestError` before anything is written, `WorkError` or `Stopped` after the last commit that stands.
    """
    began = time.perf_counter()
    keep_memory()
    if name is not None:
        folder.path(name)  # refused now, not after minutes of work
    ancestors = ancestors_of(parent.record, plan.start["content"]) if parent and plan.start else None
    ready = _make_ready(plan, None, catalogue, how, parent, ancestors)
    ident = new_id()
    name = name or default_name(ready.plan, ident)
    record = Record(
        id=ident,
        name=name,
        created=now(),
        status="running",
        restore_version=version("restore-toolkit"),
        plan=ready.plan.to_json(),
        environment=environment.describe(),
        parent=Parent(ancestors.runs[0]["id"], ancestors.runs[0]["content"]) if ancestors else None,
        ancestors=ancestors,
        state=start_state(parent.record, ready.inherited) if parent else None,
        seconds={"total": 0.0, "train": 0.0, "score": 0.0},
        data=splits_of(ready.images),
        skipped=[{"id": one.id, "reason": one.reason} for one in ready.images.skipped],
        margins=margins_of(ready.images),
    )
    with folder.create(name) as writer:
        recording = Recording(record, writer.commit, began)
        _work(ready, recording, writer.path, how)
        return Run(writer.path, recording.record)


def resume(path: Path, catalogue: Catalogue, folder: RunsFolder, how: How) -> Run:
    """Resume the run in `path` from its last committed epoch, and return it.

    Raises `RequestError` where the run is complete, or where data or owners are not those it was begun with.
    """
    began = time.perf_counter()
    keep_memory()
    with folder.reopen(path) as writer:
        assert writer.record is not None
        run = Run(writer.path, writer.record)
        if run.status == "complete":
            raise RequestError("the run is complete", code="complete", where=str(path), hint=f"restore show {run.name}")
        run.require_same_owners(catalogue)
        with environment.working_on(environment.parse_device(how.device), run.planned.training.threads):
            ready = _make_ready(run.planned, run, catalogue, how, None, run.record.ancestors)
            recording = Recording(replace(run.record, status="running"), writer.commit, began)
            recording.note("info", f"resumed after epoch {len(run.history)}")
            _work(ready, recording, writer.path, how)
        return Run(writer.path, recording.record)


def default_name(plan: Plan, ident: str) -> str:
    """Return RECIPE-CORRUPTION-id, with only letters, digits, dots and dashes."""
    damage = "+".join(one.spec for one in plan.corrupt) or plan.dataset.spec
    words = f"{plan.recipe.rpartition('/')[2]}-{damage}"
    return f"{re.sub(r'[^A-Za-z0-9.]+', '-', words).strip('-.')[:NAME_LENGTH]}-{ident}"


def _make_ready(
    plan: Plan,
    resumed: Run | None,
    catalogue: Catalogue,
    how: How,
    parent: Run | None,
    ancestors: Ancestors | None,
) -> _Ready:
    """Prepare data and model of a plan, or of the run that is resumed, whose data has to be what it was.

    The weights of `parent` have to fit the model, and what `ancestors` learned from is not tested.
    """
    warnings: list[str] = []
    listener = noting(heeding(how), warnings.append)
    backend = environment.require_backend()
    parts = engine.resolve_parts(plan, catalogue)
    for warning in remarks(ancestors):
        listener(Warned(warning))
    for changed in parent.changed_owners(catalogue, only=plan.model.component) if parent else ():
        listener(Warned(f"the run that training starts from has {changed}"))
    if resumed is None:
        learned = learned_from(ancestors)
        images = engine.prepare_data(
            plan, parts, cache=how.cache, skip_bad=how.skip_bad, listener=listener, learned=learned
        )
    else:
        images = resumed.prepare_data(parts, cache=how.cache, skip_bad=how.skip_bad, listener=listener)
    truths = engine.try_damage(plan, parts, images, listener=listener)
    listener(Phase("building the model"))
    if plan.training.threads is not None:
        fix_threads(plan.training.threads, backend)
    for warning in environment.remarks():
        listener(Warned(warning))
    built = model.build(parts.model, (*plan.size, plan.channels), plan.seed, plan.freeze or ())
    model.check_truths(built, truths, parts.model)
    inherited = _inherited(built, parent, listener) if parent else ()
    unknown = [name for name in plan.freeze or () if name not in inherited]
    if unknown and resumed is None:
        what = f"the network {unknown[0]} is neither trained nor of another run"
        raise RequestError(what, code="untrained", where="--freeze", hint="name a run that has it: --from RUN")
    _require_lesson(plan, built)
    declared = parts.model.entry.component
    assert isinstance(declared, Model)
    if built.compiles and not declared.compiles and plan.training.optimizer is not None:
        own = f"model {plan.model.spec} compiles itself: optimizer, learning rate and loss of the plan do not apply"
        listener(Warned(own))
        plan = replace(plan, training=replace(plan.training, optimizer=None, lr=None, loss=None, schedule=None))
    _require_memory(plan, built, images, how.device)
    return _Ready(plan, parts, images, built, truths, inherited, tuple(warnings))


def _require_lesson(plan: Plan, built: model.Built) -> None:
    """Raise `RequestError` where a model that learns within the damage gets none."""
    if plan.target == "input" and "mask" in built.outputs:
        what = f"model {plan.model.spec} learns within the damage, and nothing is damaged"
        raise RequestError(what, code="no-damage", where="--model", hint="add --corrupt SPEC, or choose an autoencoder")


def _inherited(built: model.Built, parent: Run, listener: Listener) -> Collection[str]:
    """Return the networks that begin with the weights of a run; raises `RequestError` where these fit none."""
    fitting = model.fitting(built.variables, arrays_of(parent.record.weights))
    if not fitting:
        height, width = parent.planned.size
        what = f"the weights of {parent.name} do not fit the model"
        hint = f"use its size, --size {height}x{width}, and the version of the plugin that trained it"
        raise RequestError(what, code="weights-mismatch", where="--from", hint=hint)
    anew = [name for name in built.variables if name not in fitting]
    if anew:
        listener(Warned(f"{parent.name} has no weights that fit {few(anew)}, trained from the beginning"))
    return fitting.keys()


def _require_memory(plan: Plan, built: model.Built, images: Data, device: str) -> None:
    """Raise `RequestError` where the work could not but run out of memory; that of a GPU is not looked at."""
    size = "x".join(map(str, plan.size))
    pieces = [
        len(data.training_pieces(images.train, images.window, plan.windows, plan.seed)),
        len(data.fixed_pieces(images.validation, images.window, plan.windows, plan.seed)),
    ]
    batch = min(plan.training.batch, max(pieces))
    if device == "cpu" or not environment.has_gpu():
        needed = max(footprint.training(one.model, batch) for one in built.trainees.values())
        memory.require(needed, "training", lower=f"--batch {batch} or --size {size}")
    tested = [images.test, *images.others.values()]
    if images.window:  # images are in files, and in memory one by one
        needed = max(footprint.scoring(1, shape, 1, {}) for one in tested for shape in one.shapes)
        memory.require(needed, "scoring", lower="the size of the images")
        return
    largest = max(max(Counter(one.cases).values(), default=0) for one in tested)
    needed = footprint.scoring(largest, (*plan.size, plan.channels), 1 + len(plan.baselines), built.outputs)
    memory.require(needed, "scoring", lower=f"--limit (now {plan.limit or 'all'}) or --size {size}")


def _work(ready: _Ready, recording: Recording, path: Path, how: How) -> None:
    """Train, score and record; what ends the work early is written down before it is raised."""
    for warning in ready.warnings:
        recording.note("warning", warning)
    recording.commit()
    listener = noting(heeding(how, path), partial(recording.note, "warning"))

    try:
        with recording.timed("train"):
            _train(ready, recording, listener)
        with recording.timed("score"):
            restorer = engine.make_restorer(ready.plan, ready.parts.model, ready.built, ready.images.trimmed)
            cases = score_cases(ready.plan, ready.parts, restorer, ready.images, listener=listener)
            recording.commit_scores(cases, ready.plan.gallery)
        networks = _export(ready, recording, listener) if how.export else {}
        recording.commit(status="complete", exports=networks, **({} if how.keep_state else {"state": None}))
    except (RestoreError, KeyboardInterrupt, MemoryError) as error:
        failure = _end_early(recording, error, path)
        if failure is error:
            raise
        raise failure from error
    how.listener(Done(path))


def _train(ready: _Ready, recording: Recording, listener: Listener) -> None:
    """Train from where the record stands, committing every epoch, and leave the best weights in the model."""
    built = ready.built

    def on_epoch(checkpoint: model.Checkpoint) -> None:
        recording.commit_epoch(checkpoint, _paths(built.variables), _paths(built.optimizer_variables))

    trained = engine.train(
        ready.plan,
        ready.parts,
        built,
        ready.images,
        truths=ready.truths,
        start=checkpoint_of(recording.record),
        listener=listener,
        on_epoch=on_epoch,
    )
    recording.keep_weights(trained.best, _paths(built.variables))


def _export(ready: _Ready, recording: Recording, listener: Listener) -> dict[str, bytes]:
    """Return the trained networks as ONNX, none where the extra is missing or they cannot be exported."""
    if not model.can_export():
        return {}
    listener(Phase("exporting the networks", None))
    try:
        return exports.export(ready.plan, ready.parts.model, ready.built)
    except WorkError as error:
        said = f"networks not stored as ONNX, so that restoring loads Keras: {error.what}"
        if error.code in ("no-assembly", "no-onnx-backend"):
            recording.note("info", said)
        else:
            listener(Warned(said))
        return {}


def _paths(variables: dict[str, Sequence[object]]) -> dict[str, list[str]]:
    return {name: [variable.path for variable in ours] for name, ours in variables.items()}  # type: ignore[attr-defined]


def _end_early(recording: Recording, error: BaseException, path: Path) -> RestoreError:
    """Write down how the work ended, and return the error, with what stands and how to resume."""
    command = f"restore run --resume {shlex.quote(str(path))}"
    failure = _failure_of(error)
    recording.note("error", failure.what)
    # What is full is reported by the error that is on its way; h5py reports lack of memory in many ways.
    with contextlib.suppress(WorkError, MemoryError, OSError, RuntimeError, ValueError):
        recording.commit(status="stopped" if isinstance(failure, Stopped) else "failed")
    stands = f"{path}: epoch {recording.epochs} stands"
    failure.where = stands if failure.where in ("", str(path)) else f"{failure.where}; {stands}"
    release = "free some memory, then " if isinstance(error, MemoryError) else ""
    failure.hint = failure.hint or f"{release}resume with: {command}"
    return failure


def _failure_of(error: BaseException) -> RestoreError:
    """Return what ended the work as an error of the project, of which none says that nothing was written."""
    if isinstance(error, KeyboardInterrupt):
        return Stopped(signal_of(error), "stopped by a signal")
    if isinstance(error, RequestError):  # of a component, in the middle of the work
        return WorkError(error.what, code=error.code, where=error.where, hint=error.hint)
    return error if isinstance(error, RestoreError) else WorkError("out of memory", code="out-of-memory")

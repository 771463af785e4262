"""A plan carried out into a run file, begun or carried on: the engine's work, committed as it goes."""

from __future__ import annotations

import contextlib
import re
import shlex
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from restore.errors import RequestError, RestoreError, Stopped, WorkError, signal_of
from restore.events import Done, Event, Listener, Phase, Warned, ignore
from restore.pipeline import engine, model
from restore.pipeline.data import Data
from restore.planning import plan
from restore.planning.request import refuse_training
from restore.plugins.catalogue import Catalogue
from restore.runfile.record import Record, new_id
from restore.runfile.store import RunsFolder
from restore.running import changes
from restore.running.recording import Recording, checkpoint_of, now, splits_of
from restore.system import environment, footprint, memory
from restore.system.allocator import keep_memory

LOOK = 0.1
"""Seconds between two looks at the memory that is free."""
NAME_LENGTH = 120
"""Characters of a run's default name, so that it fits any file system."""


@dataclass(frozen=True)
class How:
    """What a run does beside its plan; none of it changes a score.

    `should_stop` is asked after every batch, and tells the number of the signal that asks to stop, or None. `device`:
    one of `environment.DEVICES`.
    """

    cache: bool = True
    keep_state: bool = False
    skip_bad: bool = False
    device: str = "auto"
    listener: Listener = ignore
    should_stop: Callable[[], int | None] = lambda: None


@dataclass(frozen=True)
class _Ready:
    """Everything that is at hand before a run file is touched."""

    plan: plan.Plan
    parts: engine.Parts
    pictures: Data
    built: model.Built
    warnings: tuple[str, ...]


def begin(
    wanted: plan.Plan, catalogue: Catalogue, store: RunsFolder, how: How, *, name: str | None, own: list[str]
) -> Path:
    """Carry out a plan into a new run file, and return its path; `own` are the training options that were given.

    Raises `RequestError` before anything is written, `WorkError` or `Stopped` after the last commit that stands.
    """
    began = time.perf_counter()
    keep_memory()
    if name is not None:
        store.path(name)  # refused now, not after minutes of work
    ready = _make_ready(wanted, catalogue, how)
    if ready.built.compiles and own:
        refuse_training(wanted.model.spec, own)
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
        seconds={"total": 0.0, "train": 0.0, "score": 0.0},
        data=splits_of(ready.pictures),
        skipped=[{"id": one.id, "reason": one.reason} for one in ready.pictures.skipped],
    )
    with store.create(name) as writer:
        _work(ready, Recording(record, writer.commit, began), writer.path, how)
        return writer.path


def carry_on(path: Path, catalogue: Catalogue, store: RunsFolder, how: How) -> Path:
    """Carry on the run in `path` from its last committed epoch, and return its path.

    Raises `RequestError` where the run is complete, or where data or owners are not those it was begun with.
    """
    began = time.perf_counter()
    keep_memory()
    with store.reopen(path) as writer:
        record = writer.record
        assert record is not None
        if record.status == "complete":
            raise RequestError("the run is complete", where=str(path), hint=f"restore show {record.name}")
        kept = plan.Plan.from_json(record.plan)
        _refuse_changes("the plugins changed", changes.of_owners(kept.owners, plan.owners_now(kept, catalogue)), path)
        how = replace(how, skip_bad=how.skip_bad or bool(record.skipped))
        ready = _make_ready(kept, catalogue, how)
        _refuse_changes("the data changed", changes.of_data(record.data, splits_of(ready.pictures)), path)
        recording = Recording(replace(record, status="running"), writer.commit, began)
        recording.note("info", f"carried on after epoch {len(record.history)}")
        _work(ready, recording, writer.path, how)
        return writer.path


def default_name(wanted: plan.Plan, ident: str) -> str:
    """Return RECIPE-CORRUPTION-id, with only letters, digits, dots and dashes."""
    damage = "+".join(one.spec for one in wanted.corrupt) or wanted.dataset.spec
    words = f"{wanted.recipe.rpartition('/')[2]}-{damage}"
    return f"{re.sub(r'[^A-Za-z0-9.]+', '-', words).strip('-.')[:NAME_LENGTH]}-{ident}"


def _heeding(how: How, path: Path | None = None) -> Listener:
    """Return the listener, which then ends the work where a signal asks for it or memory is nearly used up.

    A commit needs memory for the whole file, so that as much as `path` holds has to stay free.
    """
    phase, looked = "", 0.0

    def heard(event: Event) -> None:
        nonlocal phase, looked
        how.listener(event)
        phase = event.name if isinstance(event, Phase) else phase
        signum = how.should_stop()
        if signum is not None:
            raise Stopped(signum, f"stopped by a signal during: {phase}")
        if time.monotonic() - looked > LOOK:
            looked = time.monotonic()
            if memory.is_low(path.stat().st_size if path else 0):
                raise MemoryError

    return heard


def _make_ready(wanted: plan.Plan, catalogue: Catalogue, how: How) -> _Ready:
    warnings: list[str] = []
    heeding = _heeding(how)

    def listener(event: Event) -> None:
        if isinstance(event, Warned):
            warnings.append(event.text)
        heeding(event)

    environment.require_backend()
    parts = engine.resolve_parts(wanted, catalogue)
    pictures = engine.prepare_data(wanted, parts, cache=how.cache, skip_bad=how.skip_bad, listener=listener)
    engine.try_damage(wanted, parts, pictures, listener=listener)
    listener(Phase("building the model"))
    built = model.build(parts.model, (*wanted.size, wanted.channels), wanted.seed)
    if built.compiles:
        wanted = replace(wanted, training=replace(wanted.training, optimizer=None, lr=None, loss=None, schedule=None))
    _require_memory(wanted, built, pictures, how.device)
    return _Ready(wanted, parts, pictures, built, tuple(warnings))


def _require_memory(wanted: plan.Plan, built: model.Built, pictures: Data, device: str) -> None:
    """Raise `RequestError` where the work could not but run out of memory; that of a GPU is not looked at."""
    size = "x".join(map(str, wanted.size))
    batch = min(wanted.training.batch, max(len(pictures.train), len(pictures.validation)))
    if device == "cpu" or not environment.has_gpu():
        memory.require(footprint.training(built.model, batch), "training", lower=f"--batch {batch} or --size {size}")
    tested = [pictures.test, *pictures.others.values()]
    largest = max(max(Counter(one.cases).values(), default=0) for one in tested)
    needed = footprint.scoring(largest, (*wanted.size, wanted.channels), 1 + len(wanted.baselines), built.outputs)
    memory.require(needed, "scoring", lower=f"--limit (now {wanted.limit or 'all'}) or --size {size}")


def _work(ready: _Ready, recording: Recording, path: Path, how: How) -> None:
    """Train, score and record; what ends the work early is written down before it goes on its way."""
    for warning in ready.warnings:
        recording.note("warning", warning)
    recording.commit()
    heeding = _heeding(how, path)

    def listener(event: Event) -> None:
        if isinstance(event, Warned):
            recording.note("warning", event.text)
        heeding(event)

    try:
        with recording.timed("train"):
            _train(ready, recording, listener)
        with recording.timed("score"):
            restorer = engine.make_restorer(ready.plan, ready.parts.model, ready.built)
            cases = engine.score_cases(ready.plan, ready.parts, restorer, ready.pictures, listener=listener)
            recording.commit_scores(cases, ready.plan.gallery)
        recording.commit(status="complete", **({} if how.keep_state else {"state": None}))
    except (RestoreError, KeyboardInterrupt, MemoryError) as error:
        raise _end_early(recording, error, path) from error
    how.listener(Done(path))


def _train(ready: _Ready, recording: Recording, listener: Listener) -> None:
    """Train from where the record stands, committing every epoch, and leave the best weights in the model."""
    keras_model = ready.built.model
    paths = [variable.path for variable in keras_model.variables]

    def on_epoch(checkpoint: model.Checkpoint) -> None:
        recording.commit_epoch(checkpoint, paths, [variable.path for variable in keras_model.optimizer.variables])

    trained = engine.train(
        ready.plan,
        ready.parts,
        ready.built,
        ready.pictures,
        start=checkpoint_of(recording.record),
        listener=listener,
        on_epoch=on_epoch,
    )
    model.put_back(keras_model.variables, trained.best, ready.parts.model.entry.owner)


def _end_early(recording: Recording, error: BaseException, path: Path) -> RestoreError:
    """Write down how the work ended, and return the error that tells it with what stands and how to go on."""
    stopped = isinstance(error, Stopped | KeyboardInterrupt)
    if isinstance(error, RestoreError) and not stopped:
        what, where, hint = error.what, error.where, error.hint
    else:
        what, where, hint = "stopped before the end" if stopped else "there is not enough memory", "", ""
    recording.note("error", what)
    # What is full is told by the error that is on its way; h5py tells lack of memory in many ways.
    with contextlib.suppress(WorkError, MemoryError, OSError, RuntimeError, ValueError):
        recording.commit(status="stopped" if stopped else "failed")
    go_on = f"restore run --resume {shlex.quote(str(path))}"
    hint = hint or (f"after freeing some: {go_on}" if isinstance(error, MemoryError) else f"go on with: {go_on}")
    stands = f"{path}: epoch {recording.epochs} stands"
    where = stands if where in ("", str(path)) else f"{where}; {stands}"
    if isinstance(error, Stopped | KeyboardInterrupt):
        signum = error.signum if isinstance(error, Stopped) else signal_of(error)
        return Stopped(signum, what, where=where, hint=hint)
    # What a component refuses in the middle of the work is a failure of the work: something was written.
    kind = type(error) if isinstance(error, RestoreError) and not isinstance(error, RequestError) else WorkError
    return kind(what, where=where, hint=hint)


def _refuse_changes(what: str, found: Iterable[str], path: Path) -> None:
    changed = "; ".join(found)
    if changed:
        raise RequestError(f"{what} since the run was begun: {changed}", where=str(path), hint="begin anew: --like")

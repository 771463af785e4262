"""Images restored by a run: arrays, or files into files beside a ledger that says what became of each."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from restore.errors import RequestError, Stopped, WorkError, signal_of
from restore.running.opened import Run, open_run
from restore.system.cluster import connected
from restore.system.processors import usable
from restore.system.workers import here, in_processes
from restore.tasks.batch import Batch, Handling, Job, about, make_folder, settle
from restore.tasks.finding import ending_of, find_jobs, find_masks, is_single, look_at
from restore.tasks.ledger import NAME, SCHEMA, Ledger, Row, holding, read_ledger, remove_partial
from restore.tasks.restoration import (
    Settings,
    Task,
    beside,
    colour_of,
    parse_fill,
    shown_path,
)
from restore.tasks.run_file import RunFile, prepare
from restore.tasks.together import restore_files, restore_part
from restore.text import listed as cut
from restore.text import show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from restore.plugins.catalogue import Catalogue
    from restore.plugins.values import Restored

    Array = NDArray[Any]
    Mask = NDArray[np.bool_]
    Where = str | os.PathLike[str]

ANNOUNCED = 32
"""Tasks that the ledger announces at once: a disk takes as long for them as for one."""
TOGETHER, BYTES = 32, 2**19
"""Tasks that another process gets at once, and bytes of images after which it gets no more."""
Work: TypeAlias = Callable[[Iterable[Task]], Generator[Row, None, None]]
"""Makes rows of tasks."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a run made of many images: a row for each, the ledger, notes, and seconds of the work."""

    ledger: Path
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    seconds: float
    fresh: int

    @property
    def counts(self) -> Counter[str]:
        """Return how many images were restored, untouched or refused."""
        return Counter(row.status for row in self.rows)

    def path_of(self, row: Row) -> Path:
        """Return the file of a row's result."""
        return self.ledger.parent / row.output


@overload
def apply(run: Where | Run, images: Array, mask: Mask | None = None) -> Restored: ...
@overload
def apply(run: Where | Run, images: Sequence[Array], mask: Sequence[Mask | None] | None = None) -> list[Restored]: ...
@overload
def apply(
    run: Where | Run,
    images: Where | Sequence[Where],
    mask: Where | None = None,
    *,
    output: Where,
    settings: Settings = ...,
    jobs: int = ...,
    scheduler: str | None = ...,
    overwrite: bool = ...,
    skip_bad: bool = ...,
) -> Applied: ...
def apply(
    run: Where | Run,
    images: Any,
    mask: Any = None,
    *,
    output: Where | None = None,
    settings: Settings | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    overwrite: bool = False,
    skip_bad: bool = False,
) -> Any:
    """Restore images by a run: one array or several, or files and folders into `output`, as `restore apply` does.

    Arrays are (H, W), (H, W, 1) or (H, W, 3), uint8, uint16, or floats from 0 to 1; masks are bool (H, W). For files, `mask`
    is a mask file, a folder of them, or `color=#rrggbb`. Raises `RequestError` where the request or an input is wrong;
    nothing is written then.
    """
    opened = run if isinstance(run, Run) else open_run(os.fspath(run))
    if _is_path(images) or (not hasattr(images, "dtype") and images and all(map(_is_path, images))):
        if output is None:
            raise RequestError(
                "files need an output", code="bad-option", where="output", hint="name a file or a folder"
            )
        given = [images] if _is_path(images) else list(images)
        settings = settings or Settings()
        settings = replace(settings, mask=os.fspath(mask)) if mask is not None else settings
        how = Handling(overwrite=overwrite, skip_bad=skip_bad)
        paths = [os.fspath(one) for one in given]
        return apply_files(opened, paths, Path(output), settings, how, jobs=jobs, scheduler=scheduler)
    restorer = opened.restorer()
    if hasattr(images, "dtype"):
        return restorer.restore(images, mask)
    masks = [None] * len(images) if mask is None else mask
    return [restorer.restore(image, one) for image, one in zip(images, masks, strict=True)]


def apply_files(
    run: Run,
    inputs: Sequence[str],
    output: Path,
    settings: Settings,
    how: Handling,
    *,
    listed: Sequence[str] = (),
    jobs: int = 1,
    scheduler: str | None = None,
) -> Applied:
    """Restore every image in `inputs`, files, folders or patterns of names, into `output`: a file for one, else a folder.

    `listed` are files whose relative paths are kept. The work is done by `jobs` processes, or the workers of a Dask
    `scheduler`. Results that an earlier call with the same run and settings has written are kept. Raises `RequestError`
    where anything is wrong before the first result is written; `WorkError` and `Stopped` later. An image that turns out
    to be unusable while it is restored is refused by its row.
    """
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of

    catalogue = Catalogue.installed()
    parse_fill(settings.fill)
    run.require_weights()
    _require_mask(run, catalogue, settings)
    single = not listed and is_single(inputs, output)
    settings = replace(settings, format=ending_of(settings.format, output if single else None))
    how = replace(how, ending=settings.format, formats=formats_of(catalogue))
    if jobs > 1 or scheduler is not None:
        for change in run.changed_owners(catalogue, only=run.planned.model.component):
            how.warn(f"{run.name}: {change}")
    with _restoring(run, settings, 1 if single else jobs, scheduler) as work:
        found = find_jobs(inputs, listed, output, single=single, how=how)
        folder = output.parent if single else output
        path = folder / (f"{output.stem}.{NAME}" if single else NAME)
        return _apply(run, found, path, settings, how, work)


@contextmanager
def _restoring(run: Run, settings: Settings, jobs: int, scheduler: str | None) -> Iterator[Work]:
    """Yield what makes rows of tasks, in this process, in several ones, or on a cluster; they share the processors."""
    head = _head(run)
    file = RunFile(str(run.path.absolute()), head["run"]["content"], head["restore"])
    if scheduler is not None:
        file = replace(file, threads=1)
        with connected(scheduler, start=partial(prepare, file)) as execute:
            work = partial(restore_part, file, settings)
            yield lambda tasks: _each(execute(work, _together(task.anywhere() for task in tasks)))
    elif jobs > 1:
        file = replace(file, threads=max(1, usable() // jobs))
        work, start = partial(restore_part, file, settings), partial(prepare, file)
        yield lambda tasks: _each(in_processes(work, _together(tasks), start=start, count=jobs))
    else:
        work_through, start = partial(restore_files, file, settings), partial(prepare, file)
        yield lambda tasks: _each(here(work_through, [tasks], start=start))


def _apply(run: Run, found: Batch, path: Path, settings: Settings, how: Handling, work: Work) -> Applied:
    """Restore the images that were found, and keep the ledger at `path` beside the results."""
    masks = find_masks(found.jobs, settings)
    good, faults = look_at(found, path.parent, masks, settings, how)
    outputs = {job.target: shown_path(job.target, path.parent) for job in good}
    head = _head(run) | {"settings": settings.to_json()}
    ledger = read_ledger(path, head, replace=how.overwrite, targets={*outputs.values()})
    rows = {row.output: row for row in ledger.rows.values() if ledger.has(row)}
    todo = [job for job in good if not _is_done(job, rows.get(outputs[job.target]))]
    kept = {job.target for job in good} - {job.target for job in todo}
    ours = {path.parent / name for name, row in ledger.rows.items() if row.status == "started"}
    ours |= {one for target in ours | kept for one in beside(target, settings)} | kept
    targets = [(job, one) for job in good for one in (job.target, *beside(job.target, settings))]
    settle(targets, found.jobs, overwrite=how.overwrite, ours=ours)
    for note in cut(found.notes):
        how.warn(note)
    tasks = [
        Task(
            *(job.source, job.name, job.target, outputs[job.target], job.state, job.ending, masks.get(job.target)),
            replaces=how.overwrite or job.target in ours,
        )
        for job in todo
    ]
    began = time.monotonic()
    make_folder(path.parent)
    with holding(path.parent):
        _remove_partial(tasks, ledger)
        ledger.begin()
        ledger.add(*faults)
        if tasks:
            _work(work, tasks, ledger, how, total=len(good))
    wanted = [*outputs.values(), *(row.output for row in faults)]
    made = tuple(ledger.rows[name] for name in wanted)
    said = _notes(made[: len(outputs)])
    for note in cut(said):
        how.warn(note)
    return Applied(path, made, (*found.notes, *said), time.monotonic() - began, len(tasks))


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike)


def _require_mask(run: Run, catalogue: Catalogue, settings: Settings) -> None:
    """Raise `RequestError` where the model needs a mask and none is given."""
    from restore.plugins.components import Model

    colour_of(settings.mask)
    component = catalogue.find("model", run.planned.model.component).component
    if isinstance(component, Model) and component.mask == "needed" and settings.mask is None:
        hint = "give one: --mask FILE"
        raise RequestError("the model needs a mask", code="mask-needed", where=run.planned.model.component, hint=hint)


def _head(run: Run) -> dict[str, Any]:
    """Return what the ledger's first line says beside the settings: the run, with the hash of its content."""
    from importlib.metadata import version

    from restore.runfile.summary import read_summary

    named = {"name": run.name, "id": run.id, "content": read_summary(run.path).content}
    return {"schema": SCHEMA, "restore": version("restore-toolkit"), "run": named}


def _is_done(job: Job, row: Row | None) -> bool:
    """Return whether a result was made of the input as it is now."""
    if row is None or row.size != job.state[0]:
        return False
    if row.modified == job.state[1]:
        return True
    import hashlib

    return hashlib.sha256(job.source.read_bytes()).hexdigest() == row.input_sha256


def _work(work: Work, tasks: Sequence[Task], ledger: Ledger, how: Handling, *, total: int) -> None:
    """Do all tasks, and write a row for each; an error says how many results there are, and how to get the others."""
    done = total - len(tasks)
    try:
        with (
            how.watch("restoring", len(tasks)) as advance,
            closing(work(_begun(tasks, ledger))) as rows,
        ):
            for row in rows:
                ledger.add(row, durable=False)  # if it is lost with the power, the image is done again
                done += row.done
                advance()
        ledger.add()
    except KeyboardInterrupt as interrupt:
        hint = _progress(done, total)
        raise Stopped(signal_of(interrupt), "stopped", where=show(ledger.folder), hint=hint) from None
    except WorkError as error:
        error.hint = "; ".join(filter(None, [error.hint, _progress(done, total)]))
        raise
    finally:
        _remove_partial(tasks, ledger)


def _progress(done: int, total: int) -> str:
    return f"{done} of {total} results are written; repeat the command for the others"


def _begun(tasks: Sequence[Task], ledger: Ledger) -> Iterator[Task]:
    """Yield tasks once the ledger says that their results may appear: what has no row afterwards may be replaced."""
    for start in range(0, len(tasks), ANNOUNCED):
        part = tasks[start : start + ANNOUNCED]
        for folder in {task.target.parent for task in part}:
            make_folder(folder)
        ledger.add(*(Row(task.name, task.output, "started") for task in part))
        yield from part


def _each(parts: Generator[Iterable[Row], None, None]) -> Generator[Row, None, None]:
    """Yield rows one by one."""
    with closing(parts):
        for rows in parts:
            yield from rows


def _together(tasks: Iterable[Task]) -> Iterator[Sequence[Task]]:
    """Yield tasks in parts: of one, or of some with small files."""
    part: list[Task] = []
    for task in tasks:
        part.append(task)
        if len(part) == TOGETHER or sum(one.state[0] for one in part) > BYTES:
            yield part
            part = []
    if part:
        yield part


def _remove_partial(tasks: Iterable[Task], ledger: Ledger) -> None:
    for folder in {ledger.folder, *(task.target.parent for task in tasks)}:
        if folder.is_dir():
            remove_partial(folder)


def _notes(rows: Iterable[Row]) -> list[str]:
    """Return what is to be said of the images: each note once, with the images that it is about."""
    noted: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for note in row.notes:
            noted[note].append(show(row.input))
        if row.status == "refused":
            noted[f"refused: {row.reason}"].append(show(row.input))
    return [about(note, names) for note, names in noted.items()]

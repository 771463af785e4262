"""Images restored by a run: arrays, or files into files beside a ledger that says what became of each."""

from __future__ import annotations

import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, overload

from restore.errors import InputError, RequestError, Stopped, WorkError, gathered, signal_of
from restore.images import WRITTEN, parse_ending, read_size, same_format
from restore.running.opened import Run, open_run
from restore.system.workers import in_processes, silent
from restore.tasks.batch import (
    Batch,
    Handling,
    Job,
    about,
    checked,
    find,
    find_matching,
    is_pattern,
    left_out,
    make_folder,
    make_job,
    require_folder,
    settle,
)
from restore.tasks.ledger import NAME, SCHEMA, Ledger, Row, holding, read_ledger, remove_partial
from restore.tasks.restoration import (
    Settings,
    Task,
    beside,
    colour_of,
    find_mask,
    mask_of,
    parse_fill,
    prepare,
    restore_file,
    shown_path,
    without_companions,
)
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

READ_WHOLE = 200_000_000
"""Pixels of images that are read whole before the first result is written; of further ones only headers are."""


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
        return apply_files(opened, [os.fspath(one) for one in given], Path(output), settings, how, jobs=jobs)
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
) -> Applied:
    """Restore every image in `inputs`, files, folders or patterns of names, into `output`: a file for one, else a folder.

    `listed` are files whose relative paths are kept.
    Results that an earlier call with the same run and settings has written are kept. Raises `RequestError` where
    anything is wrong before the first result is written; `WorkError` and `Stopped` later. An image that turns out to be
    unusable while it is restored is refused by its row.
    """
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of

    catalogue = Catalogue.installed()
    parse_fill(settings.fill)
    run.require_weights()
    _require_mask(run, catalogue, settings)
    single = not listed and _single(inputs, output)
    settings = replace(settings, format=_ending(settings.format, output if single else None))
    how = replace(how, ending=settings.format, formats=formats_of(catalogue))
    found = _find(inputs, listed, output, single=single, how=how)
    masks = _masks(found.jobs, settings)
    path = output.with_name(f"{output.stem}.{NAME}") if single else output / NAME
    good, faults = _look(found, path.parent, masks, settings, how)
    outputs = {job.target: shown_path(job.target, path.parent) for job in good}
    ledger = read_ledger(path, _head(run, settings), replace=how.overwrite, targets={*outputs.values()})
    rows = {row.output: row for row in ledger.rows.values() if ledger.has(row)}
    todo = [job for job in good if not _is_done(job, rows.get(outputs[job.target]))]
    kept = {job.target for job in good} - {job.target for job in todo}
    ours = {path.parent / name for name, row in ledger.rows.items() if row.status == "started"}
    ours |= {one for target in ours | kept for one in beside(target, settings)} | kept
    targets = [(job, one) for job in good for one in (job.target, *beside(job.target, settings))]
    settle(targets, found.jobs, overwrite=how.overwrite, ours=ours)
    changed = run.changed_owners(catalogue, only=run.planned.model.component) if jobs > 1 else []
    for note in cut([*found.notes, *(f"{run.name}: {one}" for one in changed)]):
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
        for row in faults:
            ledger.add(row)
        _work(str(run.path), tasks, settings, ledger, how, total=len(good), jobs=jobs)
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


def _single(inputs: Sequence[str], output: Path) -> bool:
    """Return whether the output is the file of one result."""
    one = len(inputs) == 1 and os.path.isfile(inputs[0])  # noqa: PTH113 - false for a path that nothing can have
    return one and output.suffix.lower() in WRITTEN and not output.is_dir()


def _ending(given: str, file: Path | None) -> str:
    """Return the ending of results, empty for that of each image; raises `RequestError` where output and option differ."""
    ending = parse_ending(given) if given else ""
    if file is None:
        return ending
    own = file.suffix.lower()
    if ending and WRITTEN[ending] != WRITTEN[own]:
        hint = f"name a file that ends in {ending}, or leave --format out"
        what = f"the output ends in {own}, --format is {ending[1:]}"
        raise RequestError(what, code="conflict", where=show(file), hint=hint)
    return own


def _find(inputs: Sequence[str], listed: Sequence[str], output: Path, *, single: bool, how: Handling) -> Batch:
    """Return a job for every image of the inputs, patterns among them, and of a list, whose relative paths are kept."""
    if single:
        require_folder(output.parent)
        source, ending = Path(inputs[0]), output.suffix.lower()
        job = make_job(source, Path(source.name), output.parent, formats=how.formats)
        # The format of its content is kept, unless the output's ending names another.
        same = WRITTEN.get(source.suffix.lower()) == WRITTEN[ending]
        return Batch((replace(job, target=output, ending="" if same else ending),))
    found = find([Path(one) for one in inputs if not is_pattern(one)], output, how.ending, how.formats)
    jobs, faults = list(found.jobs), list(found.faults)
    for pattern in filter(is_pattern, inputs):
        matching = find_matching(pattern, output, how.ending, how.formats)
        jobs += matching.jobs
        faults += matching.faults
    jobs, others = without_companions(jobs)
    notes = [*found.notes, *([others] if others else [])]
    for path in map(Path, listed):
        kept = path if not path.is_absolute() and ".." not in path.parts else Path(path.name)
        jobs.append(make_job(path, kept, output, how.ending, how.formats))
    return Batch(tuple(jobs), tuple(faults), tuple(notes))


def _masks(jobs: Sequence[Job], settings: Settings) -> dict[Path, Path | None]:
    """Return the mask file of each job by its target, None where it has none; empty where masks are no files."""
    if settings.mask is None or colour_of(settings.mask):
        return {}
    given = Path(settings.mask)
    if not given.is_dir():
        if len(jobs) > 1:
            hint = "give a folder of masks, named like the images"
            raise RequestError("one mask for several images", code="bad-option", where="--mask", hint=hint)
        return {job.target: given for job in jobs}
    return {job.target: find_mask(given, PurePosixPath(job.name)) for job in jobs}


def _look(
    found: Batch, folder: Path, masks: dict[Path, Path | None], settings: Settings, how: Handling
) -> tuple[list[Job], list[Row]]:
    """Return the jobs in which no fault is found, and rows of the others, where they are skipped.

    Images are read whole as long as they are few, so that all faults are found before work; then their headers are.
    Raises one `InputError` for all faults.
    """
    good: list[Job] = []
    faults = list(found.faults)
    rows: list[Row] = []
    left = READ_WHOLE

    def check(job: Job) -> Sequence[str]:
        nonlocal left
        name, width, height = read_size(job.source, max_pixels=settings.max_pixels, formats=job.formats)
        if masks and masks[job.target] is None:
            hint = f"name it like the image: {PurePosixPath(job.name).stem}.png"
            raise InputError("no mask for this image", code="no-mask", where=show(job.source), hint=hint)
        left -= width * height
        if left >= 0:
            picture = job.read(max_pixels=settings.max_pixels)
            mask_of(picture, masks.get(job.target), settings, job.source)
            job.format_for(picture, picture.pixels)
        elif not job.ending and same_format(name) not in WRITTEN.values():
            hint = "choose another: --format png or tif"
            raise InputError(f"{name} files cannot be written", code="format-not-written", hint=hint)
        return ()

    with how.watch("reading", len(found.jobs)) as advance:
        for job in found.jobs:
            seen = checked(check, job)
            if isinstance(seen, InputError):
                faults.append(seen)
                place = job.name, shown_path(job.target, folder)
                rows.append(Row(*place, "refused", *job.state, reason=seen.what, code=seen.code))
            else:
                good.append(job)
            advance()
    if faults and not (how.skip_bad and good):
        raise gathered(faults, len(faults) + len(good), "inputs", skip_bad=how.skip_bad)
    if faults:
        how.warn(left_out(faults, len(faults) + len(good)))
    return good, rows


def _head(run: Run, settings: Settings) -> dict[str, Any]:
    """Return the first line of the ledger: the run, with the hash of its content, and the settings."""
    from importlib.metadata import version

    from restore.runfile.summary import read_summary

    named = {"name": run.name, "id": run.id, "content": read_summary(run.path).content}
    return {"schema": SCHEMA, "restore": version("restore-toolkit"), "run": named, "settings": settings.to_json()}


def _is_done(job: Job, row: Row | None) -> bool:
    """Return whether a result was made of the input as it is now."""
    if row is None or row.size != job.state[0]:
        return False
    if row.modified == job.state[1]:
        return True
    import hashlib

    return hashlib.sha256(job.source.read_bytes()).hexdigest() == row.input_sha256


def _work(
    run: str, tasks: Sequence[Task], settings: Settings, ledger: Ledger, how: Handling, *, total: int, jobs: int
) -> None:
    """Do all tasks, and write a row for each; an error says how many results there are, and how to get the others."""
    done = total - len(tasks)
    if not tasks:
        return
    several = jobs > 1 and len(tasks) > 1
    try:
        if not several:
            with silent():
                prepare(run)
        with how.watch("restoring", len(tasks)) as advance:
            begun = (_begun(task, ledger) for task in tasks)
            work = partial(restore_file, run, settings)
            if several:
                rows = in_processes(work, begun, min(jobs, len(tasks)), partial(prepare, run, warned=True))
            else:
                rows = (work(task) for task in begun)
            with closing(rows):
                for row in rows:
                    ledger.add(row)
                    done += row.done
                    advance()
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


def _begun(task: Task, ledger: Ledger) -> Task:
    """Return a task, once the ledger says that its result may appear: what has no row afterwards may be replaced."""
    make_folder(task.target.parent)
    ledger.add(Row(task.name, task.output, "started"))
    return task


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

"""Many pictures in, as many files out: what is read and where each result goes, settled before anything is written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from restore.errors import InputError, RequestError
from restore.images import WRITTEN, look
from restore.plugins.folder_source import State, scan, state_of
from restore.system.files import ignores_case, require_free, require_writable
from restore.text import show


@dataclass(frozen=True, slots=True)
class Job:
    """One picture: its file, its path below the input as POSIX text, where the result goes, and how the file was found."""

    source: Path
    name: str
    target: Path
    state: State


@dataclass(frozen=True, slots=True)
class Batch:
    """The pictures of a command, what is wrong with inputs, and notes about what was left out."""

    jobs: tuple[Job, ...]
    faults: tuple[InputError, ...]
    notes: tuple[str, ...]


def plan_batch(inputs: Sequence[Path], folder: Path) -> Batch:
    """Return a job for every picture in `inputs`, files or folders with all below them; `folder` gets the results.

    The tree below an input folder is kept. Raises `RequestError` where `folder` cannot be the place for results: it
    cannot be written, or lies in an input folder.
    """
    _require_writable(folder)
    jobs: list[Job] = []
    faults: list[InputError] = []
    notes: list[str] = []
    for given in inputs:
        try:
            found, left_out = _jobs_of(given, folder)
        except InputError as fault:
            faults.append(fault)
        else:
            jobs += found
            notes += left_out
    unwritten = [_unwritten(job) for job in jobs if job.target.suffix.lower() not in WRITTEN]
    jobs = [job for job in jobs if job.target.suffix.lower() in WRITTEN]
    return Batch(tuple(jobs), (*faults, *unwritten), tuple(notes))


def check_targets(targets: Sequence[tuple[Job, Path]], inputs: Iterable[Job], *, overwrite: bool) -> None:
    """Raise `RequestError` for a result that cannot be written.

    Its folder cannot be made, two results have one file or one below the other, one would replace one of the `inputs`,
    or it exists already.
    """
    folders = list(dict.fromkeys(target.parent for _, target in targets))
    for folder in folders:
        _require_writable(folder)
    folded = bool(folders) and ignores_case(folders[0])
    sources = {_real(job.source, folded=folded) for job in inputs}
    owners: dict[Path, Job] = {}
    for job, target in targets:
        real = _real(target, folded=folded)
        if real in sources:
            raise RequestError("the result would replace an input", where=show(target), hint="name another -o")
        if owners.setdefault(real, job) is not job:
            raise _clash(owners[real], job, target)
        require_free(target, overwrite=overwrite)
    for job, target in targets:
        for folder in _real(target, folded=folded).parents:
            if folder in owners:
                raise _clash(owners[folder], job, folder)


def _jobs_of(given: Path, folder: Path) -> tuple[list[Job], Sequence[str]]:
    """Return the jobs of one input, and notes about what was left out; raises `InputError` where it has none."""
    if not stat.S_ISDIR(look(given).st_mode):
        return [Job(given, given.name, folder / given.name, state_of(given))], ()
    if _real(folder).is_relative_to(_real(given)):
        hint = "choose a folder outside, or its pictures would be inputs the next time"
        raise RequestError("the output lies in an input folder", where=show(folder), hint=hint)
    files, left_out = scan(given)
    return [
        Job(given / one.path, one.path.as_posix(), folder / one.path, (one.size, one.changed)) for one in files
    ], left_out


def _require_writable(folder: Path) -> None:
    require_writable(folder, "the output folder", hint="name another with -o")


def _clash(one: Job, other: Job, target: Path) -> RequestError:
    both = f"{show(one.source)} and {show(other.source)}"
    return RequestError(f"two results have one name: {show(target)}", where=both, hint="do them one by one")


def _unwritten(job: Job) -> InputError:
    ending = job.source.suffix or "a file without ending"
    return InputError(f"{ending} is not written; write {' '.join(sorted(WRITTEN))}", where=show(job.source))


def _real(path: Path, *, folded: bool = False) -> Path:
    """Return where a path leads; `folded`, one path for all that differ in case alone."""
    real = os.path.realpath(path)
    return Path(real.casefold() if folded else real)

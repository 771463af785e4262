"""Many images in, as many files out: all inputs read, all faults collected, all targets settled; then the work."""

from __future__ import annotations

import glob
import os
import stat
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from restore.errors import ComponentError, InputError, RequestError, Stopped, WorkError, gathered, signal_of
from restore.images import (
    ENDINGS,
    NO_FORMATS,
    SHOWN,
    WRITTEN,
    Formats,
    ImageFile,
    State,
    find_images,
    format_of,
    look,
    read,
    require_fit,
    require_unchanged,
    same_format,
    state_of,
)
from restore.system.files import ignores_case, reason_of, require_free, require_writable
from restore.text import few, listed, show

if TYPE_CHECKING:
    from restore.images.image_file import Pixels

T = TypeVar("T")
_NAMED = 3
"""Images that a note names."""
PNG = ".png"
"""The ending of results of formats that are not written."""
Watch: TypeAlias = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shows a part of the work, from its name and number of steps, and returns what is called after each step."""
Mapper: TypeAlias = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""`map`, or one of several workers; results come in the order of the jobs."""


@dataclass(frozen=True, slots=True)
class Job:
    """One image: its file, its path below the input as POSIX text, the file of the result, and its state when found.

    `ending` is what the name of the result was given, empty where it keeps that of the image. `formats` are read beside
    the toolkit's own.
    """

    source: Path
    name: str
    target: Path
    state: State
    ending: str = ""
    formats: Formats = field(default_factory=dict)

    def read(self, *, max_pixels: int) -> ImageFile:
        """Read the image; raises `InputError` where it cannot be used or has changed since it was found."""
        picture = read(self.source, max_pixels=max_pixels, formats=self.formats)
        require_unchanged(self.source, self.state)
        return picture

    def format_for(self, picture: ImageFile, image: Pixels) -> str:
        """Return Pillow's name of the format in which `image`, made of `picture`, is written.

        It is that of the ending that the result was given, else that of the picture's content, whatever its name.
        Raises `RequestError` where it does not hold the image without loss; a JPEG is written as JPEG again.
        """
        own, where = same_format(picture.format), show(self.source)
        name = format_of(self.target) if self.ending else own
        if name == "JPEG" != own:
            hint = "choose a lossless format: --format png or tif"
            raise RequestError("JPEG is lossy", code="format-unfit", where=where, hint=hint)
        if name not in WRITTEN.values():
            what = f"{SHOWN.get(name, name)} files cannot be written"
            raise RequestError(what, code="format-not-written", where=where, hint="choose another: --format png or tif")
        alpha = picture.alpha is not None
        require_fit(name, image, picture.depth, alpha=alpha, where=where, ending=self.ending, own=name == own)
        return name


@dataclass(frozen=True, slots=True)
class Batch:
    """The images of a command, the faults of other inputs, and notes."""

    jobs: tuple[Job, ...]
    faults: tuple[InputError, ...] = ()
    notes: tuple[str, ...] = ()


@contextmanager
def unwatched(name: str, total: int) -> Iterator[Callable[[], None]]:
    """Show nothing of the work."""
    del name, total
    yield lambda: None


@dataclass(frozen=True, slots=True)
class Handling:
    """How a batch is worked through.

    `overwrite` replaces files that exist, `skip_bad` leaves out images that cannot be used, `watch` shows the progress,
    `warn` gets notes, `mapper` distributes the work, `ending` is that of the results, by default that of their inputs.
    `formats` are read beside the toolkit's own.
    """

    overwrite: bool = False
    skip_bad: bool = False
    watch: Watch = unwatched
    warn: Callable[[str], None] = lambda _: None
    mapper: Mapper = map
    ending: str = ""
    formats: Formats = field(default_factory=dict)


def run_batch(
    inputs: Sequence[Path],
    folder: Path,
    check: Callable[[Job], Sequence[str]],
    work: Callable[[Job], T],
    how: Handling,
    *,
    beside: Sequence[Callable[[Path], Path]] = (),
) -> list[T]:
    """Return the results of `work` on every image in `inputs`, which writes the job's target in `folder`.

    First `check` reads every image and returns notes on it, or raises `RequestError`; then all targets are settled,
    with the files `beside` each, named by functions of it. Raises `RequestError` where anything is wrong before the first result
    is written, `WorkError` and `Stopped` later, with the number of results that are written.
    """
    found = find(inputs, folder, how.ending, how.formats)
    batch = accept(found, check, how)
    targets = [(job, target) for job in batch.jobs for target in (job.target, *(name(job.target) for name in beside))]
    settle(targets, found.jobs, overwrite=how.overwrite)
    for note in listed(batch.notes):
        how.warn(note)
    return _work_through(batch.jobs, work, folder, how)


def find(inputs: Sequence[Path], folder: Path, ending: str = "", formats: Formats = NO_FORMATS) -> Batch:
    """Return a job for every image in `inputs`, files or folders with all below them; `folder` takes the results.

    The tree below an input folder is kept. Results have the `ending`, by default that of their image; those of `formats`,
    which are not written, end in `.png`. Raises `RequestError` where `folder` cannot be written or lies in an input
    folder.
    """
    require_folder(folder)
    jobs: list[Job] = []
    faults: list[InputError] = []
    notes: list[str] = []
    for given in inputs:
        try:
            found, unread = _jobs_of(given, folder, ending, formats)
        except InputError as fault:
            faults.append(fault)
        else:
            jobs += found
            notes += [f"{show(given)}: {note}" for note in unread]
    return Batch(tuple(jobs), tuple(faults), tuple(notes))


def is_pattern(text: str) -> bool:
    """Return whether an input is a pattern of names, such as `in/**/*.png`: no file is called so."""
    return glob.has_magic(text) and not os.path.lexists(text)


def find_matching(pattern: str, folder: Path, ending: str = "", formats: Formats = NO_FORMATS) -> Batch:
    """Return a job for every image file that a pattern matches, those in `folder`, which takes the results, left out.

    The tree below the folder where the pattern begins to vary is kept.
    """
    fixed = takewhile(lambda part: not glob.has_magic(part), Path(pattern).parts)
    base, results = Path(*fixed), _real(folder)
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - pathlib takes no absolute pattern
    images = [
        path for path in map(Path, found) if path.suffix.lower() in ENDINGS | formats.keys() and not path.is_dir()
    ]
    kept = [path for path in images if not _real(path).is_relative_to(results)]
    jobs = tuple(make_job(path, path.relative_to(base), folder, ending, formats) for path in kept)
    hint = f"searched for {' '.join(sorted(ENDINGS | formats.keys()))}"
    fault = InputError("no image matches the pattern", code="no-images", where=show(pattern), hint=hint)
    return Batch(jobs, () if jobs else (fault,))


def accept(batch: Batch, check: Callable[[Job], Sequence[str]], how: Handling) -> Batch:
    """Return the jobs in which `check` finds no fault, with its notes.

    Raises one `InputError` for all faults; with `skip_bad` they become a note, unless no job is left.
    """
    good: list[Job] = []
    faults, notes = list(batch.faults), list(batch.notes)
    noted: dict[str, list[str]] = defaultdict(list)
    with how.watch("reading", len(batch.jobs)) as advance:
        for job, found in zip(batch.jobs, how.mapper(partial(checked, check), batch.jobs), strict=True):
            if isinstance(found, InputError):
                faults.append(found)
            else:
                good.append(job)
                for note in found:
                    noted[note].append(show(job.source))
            advance()
    total = len(faults) + len(good)
    if faults and not (how.skip_bad and good):
        raise gathered(faults, total, "inputs", skip_bad=how.skip_bad)
    notes += [about(note, names) for note, names in noted.items()]
    if faults:
        notes.insert(0, left_out(faults, total))
    return Batch(tuple(good), (), tuple(notes))


def left_out(faults: Sequence[InputError], total: int) -> str:
    """Return a note on the faults by which some of `total` inputs are skipped."""
    return f"{len(faults)} of {total} inputs left out: {'; '.join(listed([one.line for one in faults]))}"


def about(note: str, names: Sequence[str]) -> str:
    """Return a note on the images with these names, one or several."""
    return f"{names[0]}: {note}" if len(names) == 1 else f"{len(names)} images: {note} ({few(names, _NAMED)})"


def settle(
    targets: Sequence[tuple[Job, Path]], inputs: Iterable[Job], *, overwrite: bool, ours: Collection[Path] = ()
) -> None:
    """Raise `RequestError` for a result that cannot be written.

    Its folder cannot be made, no file can have its name, two results have one file or one below the other, one would
    replace one of the `inputs`, or it exists and is not among `ours`, which may be replaced.
    """
    folders = list(dict.fromkeys(target.parent for _, target in targets))
    for folder in folders:
        require_folder(folder)
    folded = bool(folders) and ignores_case(folders[0])
    sources = {_real(job.source, folded=folded) for job in inputs}
    owners: dict[Path, Job] = {}
    for job, target in targets:
        real = _real(target, folded=folded)
        if real in sources:
            what = "the result would replace an input"
            raise RequestError(what, code="replaces-input", where=show(target), hint="choose another folder: -o")
        if owners.setdefault(real, job) is not job:
            raise _clash(owners[real], job, target)
        require_free(target, overwrite=overwrite or target in ours)
    for job, target in targets:
        for folder in _real(target, folded=folded).parents:
            if folder in owners:
                raise _clash(owners[folder], job, folder)


def checked(check: Callable[[Job], Sequence[str]], job: Job) -> Sequence[str] | InputError:
    """Return the notes of a check, or the fault that it found."""
    try:
        return check(job)
    except InputError as fault:
        return fault
    except RequestError as error:  # such as a format that does not hold the image
        return InputError(error.what, code=error.code, where=show(job.source), hint=error.hint)


def _work_through(jobs: Sequence[Job], work: Callable[[Job], T], folder: Path, how: Handling) -> list[T]:
    """Return the results of all jobs; an error says how many of them are written."""
    done: list[T] = []
    try:
        with how.watch("writing", len(jobs)) as advance:
            for result in how.mapper(partial(_done, work), jobs):
                done.append(result)
                advance()
    except KeyboardInterrupt as interrupt:
        hint = _progress(len(done), jobs)
        raise Stopped(signal_of(interrupt), "stopped", where=show(folder), hint=hint) from None
    except ComponentError:
        raise
    except (RequestError, WorkError) as error:
        hint = "; ".join(filter(None, [error.hint, _progress(len(done), jobs)]))
        raise WorkError(error.what, code=error.code, where=error.where, hint=hint) from error
    return done


def _done(work: Callable[[Job], T], job: Job) -> T:
    """Return the result of a job, whose folder is made first."""
    make_folder(job.target.parent)
    return work(job)


def make_folder(folder: Path) -> None:
    """Make the folder of a result, and those above it; raises `WorkError` where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"cannot make the folder: {reason_of(error)}"
        raise WorkError(what, code="not-written", where=show(folder)) from error


def _progress(done: int, jobs: Sequence[Job]) -> str:
    return f"{done} of {len(jobs)} results are written" + ("; repeat with --overwrite" if done else "")


def make_job(
    source: Path, path: Path, folder: Path, ending: str = "", formats: Formats = NO_FORMATS, state: State | None = None
) -> Job:
    """Return the job of an image: `path` is that of its result below the `folder`, but for an `ending` that it is given."""
    given = ending or (PNG if path.suffix.lower() in formats else "")
    target = folder / path
    target = target.with_suffix(given) if given else target
    return Job(source, path.as_posix(), target, state or state_of(source), given, formats)


def _jobs_of(given: Path, folder: Path, ending: str, formats: Formats) -> tuple[list[Job], Sequence[str]]:
    """Return the jobs of one input, and notes on what was left out; raises `InputError` where it has none."""
    if not stat.S_ISDIR(look(given).st_mode):
        return [make_job(given, Path(given.name), folder, ending, formats)], ()
    if _real(folder).is_relative_to(_real(given)):
        hint = "choose a folder outside: -o"
        raise RequestError("the output lies in an input folder", code="output-in-input", where=show(folder), hint=hint)
    files, left_out = find_images(given, formats)
    jobs = [make_job(given / one.path, one.path, folder, ending, formats, one.state) for one in files]
    return jobs, left_out


def require_folder(folder: Path) -> None:
    """Raise `RequestError` where no result can be written to a folder."""
    require_writable(folder, "the output folder", hint="choose another folder: -o")


def _clash(one: Job, other: Job, target: Path) -> RequestError:
    both = f"{show(one.source)} and {show(other.source)}"
    what = f"two results have one name: {show(target)}"
    return RequestError(what, code="target-clash", where=both, hint="process them one by one, into different folders")


def _real(path: Path, *, folded: bool = False) -> Path:
    """Return where a path leads; `folded`, one path for all that differ in case alone."""
    real = os.path.realpath(path)
    return Path(real.casefold() if folded else real)

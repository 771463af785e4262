"""What is done in a case: originals taken in, and restored by the function of `restore apply`."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from restore.errors import InputError, RequestError
from restore.images import MAX_PIXELS, read_size, require_unchanged
from restore.system.environment import describe_machine, versions
from restore.system.files import write_whole
from restore.system.processors import name_of
from restore.tasks.apply import Applied, apply_files
from restore.tasks.batch import Batch, Handling, Job, accept, find, settle
from restore.tasks.case import an2k
from restore.tasks.case.folder import Case, is_sound, now, writing
from restore.tasks.case.log import MASKS, NAME, ORIGINALS, RUNS, STEPS, Entry, Step, folder_of
from restore.tasks.companions import find_mask, without_companions
from restore.tasks.ledger import Row
from restore.tasks.restoration import Settings, colour_of
from restore.text import did_you_mean, few, show

if TYPE_CHECKING:
    from restore.running.opened import Run


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of an entry: who made it, by default the user of this process, and why."""

    who: str = ""
    why: str = ""

    def name(self) -> str:
        """Return who made an entry; raises `RequestError` where the system does not know it."""
        try:
            return self.who or getpass.getuser()
        except (OSError, KeyError, ImportError) as error:
            hint = "say who does it: --who NAME"
            raise RequestError("the user has no name", code="bad-option", where="--who", hint=hint) from error


class Done(NamedTuple):
    """A step that was done: its entry, what became of the images, and the notice of the run."""

    entry: Entry
    applied: Applied
    notice: str


def add_originals(folder: Path, images: Sequence[Path], words: Words, how: Handling, *, new: bool) -> Entry:
    """Copy images into a case, a new one or one that exists, and log their SHA-256; the copies are read-only.

    Images are files, AN2K files among them, or folders. Raises `RequestError` where one cannot be used, two have one name, or
    the case has one of its name; nothing is kept then.
    """
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of

    formats = formats_of(Catalogue.installed())
    with writing(folder, new=new) as case:
        place = case.staged / ORIGINALS
        found = find(images, place, formats=formats)
        jobs, companions = without_companions(found.jobs)
        named = tuple(replace(job, target=place / Path(job.name).name) for job in jobs)
        batch = accept(Batch(named, found.faults, found.notes), partial(_check, taken=case.originals), how)
        settle([(job, job.target) for job in batch.jobs], batch.jobs, overwrite=False)
        for note in (*batch.notes, *filter(None, [companions])):
            how.warn(note)
        place.mkdir()
        with how.watch("copying", len(batch.jobs)) as advance:
            for job in batch.jobs:
                data = job.source.read_bytes()
                require_unchanged(job.source, job.state)
                write_whole(job.target, data)
                advance()
        return case.add("new" if new else "add", words.name(), words.why)


def _check(job: Job, *, taken: Collection[str]) -> Sequence[str]:
    """Raise `RequestError` for a file that is no image, or whose name the case has already."""
    name = job.target.name
    if name in taken:
        what = "the case has an original of this name"
        raise InputError(what, code="file-exists", where=show(job.source), hint="copy it to another name")
    if not name.isprintable():
        what, hint = "the name is not printable text", "copy it to another name"
        raise InputError(what, code="bad-name", where=show(job.source), hint=hint)
    if an2k.is_an2k(job.source):
        an2k.require_images(job.source)
    else:
        read_size(job.source, max_pixels=MAX_PIXELS, formats=job.formats)
    return ()


def restore_originals(
    folder: Path, run: str, only: Sequence[str], settings: Settings, words: Words, how: Handling, *, runs: Path | None
) -> Done:
    """Restore originals of a case, all or those with the names in `only`, by a run, and log the step with all it used.

    The run's file and the masks are kept in the case; of a run that a plugin ships, its name and the hash of its content.
    Raises as `apply_files` does, and `InputError` where no image has a result; nothing is logged then.
    """
    from restore.running.opened import open_run

    with writing(folder) as case:
        number = len(case.entries) + 1
        sources = _chosen(case, only)
        settings = _with_masks(case, sources, settings, folder_of(MASKS, number))
        opened, said = _with_run(case, open_run(run, runs=runs), run)
        place, began = folder_of(STEPS, number), now()
        applied = perform(opened, sources, case.staged / place, located(settings, case.staged), began, how)
        if not any(row.done for row in applied.rows):
            reasons = few(list(dict.fromkeys(row.reason for row in applied.rows)))
            raise InputError(f"no image was restored: {reasons}", code="bad-input", where=show(folder))
        rows = tuple(replace(row, output=f"{place}/{row.output}") for row in applied.rows)
        names = [source.name for source in sources]
        step = Step(said, names, settings.to_json(), [*map(_told, rows)], versions_for(opened), machine(), began)
        entry = case.add("restore", words.name(), words.why, step)
    return Done(entry, replace(applied, ledger=folder / NAME, rows=rows), opened.planned.notice)


def perform(run: Run, sources: Sequence[Path], place: Path, settings: Settings, began: str, how: Handling) -> Applied:
    """Restore originals into a folder by `restore apply`, without its ledger; of AN2K files, their images.

    A restored image of an AN2K file also stands in a copy of that file, as a record more.
    """
    with tempfile.TemporaryDirectory() as temporary:
        images = {source: an2k.extract(source, Path(temporary)) for source in sources}
        inputs = [str(one) for ones in images.values() for one in ones]
        applied = apply_files(run, inputs, place, settings, how)
    applied.ledger.unlink()
    restored = {row.output: (place / row.output).read_bytes() for row in applied.rows if row.status == "restored"}
    for source, ones in images.items():
        records = {one.name: restored[one.name] for one in ones if one.name in restored}
        if an2k.is_an2k(source) and records:
            text = f"run {run.name} ({run.id}), fill {settings.fill}"
            write_whole(place / source.name, an2k.with_restored(source, records, text, began))
    return applied


def located(settings: Settings, root: Path) -> Settings:
    """Return settings whose mask, a path below the case, is one below `root`."""
    is_path = settings.mask is not None and colour_of(settings.mask) is None
    return replace(settings, mask=str(root / settings.mask)) if is_path and settings.mask else settings


def versions_for(run: Run) -> dict[str, str]:
    """Return the versions that a result depends on: of packages, and of the distribution that owns the run's model."""
    from restore.planning.plan import owners_now
    from restore.plugins.catalogue import Catalogue

    owners = owners_now(run.planned, Catalogue.installed(), only=run.planned.model.component)
    return versions() | {one["distribution"]: one["version"] for one in owners.values()}


def machine() -> dict[str, str]:
    """Return the platform, the kind of processor and its name."""
    known = describe_machine()
    return {"platform": known["platform"], "processor": known["processor"], "model": name_of()}


def _chosen(case: Case, only: Sequence[str]) -> list[Path]:
    """Return the files of originals, all or those named.

    Raises `InputError` for a name that the case does not have, and for a file that has changed.
    """
    originals = case.originals
    for name in only:
        if name not in originals:
            hint = did_you_mean(name, originals) or f"originals: {few(list(originals)) or 'none'}"
            raise InputError(f"no original is called {name!r}", code="not-found", where=show(case.folder), hint=hint)
    if not originals:
        hint = "add some: restore case add"
        raise InputError("the case has no originals", code="no-images", where=show(case.folder), hint=hint)
    chosen = {name: path for name, path in originals.items() if not only or name in only}
    changed = [name for name, path in chosen.items() if not is_sound(path, case.files[f"{ORIGINALS}/{name}"])]
    if changed:
        what, hint = f"originals have changed: {few(changed)}", "see restore case verify"
        raise InputError(what, code="damaged-case", where=show(case.folder), hint=hint)
    return list(chosen.values())


def _with_masks(case: Case, sources: Sequence[Path], settings: Settings, place: str) -> Settings:
    """Return settings with the mask below the case, where mask files are copied; a colour stays as it is."""
    if settings.mask is None or colour_of(settings.mask):
        return settings
    given = Path(settings.mask)
    names = [PurePosixPath(name) for source in sources for name in an2k.names_of(source)]
    found = [find_mask(given, name) for name in names] if given.is_dir() else [given]
    for mask in dict.fromkeys(filter(None, found)):
        read_size(mask, max_pixels=settings.max_pixels)
        (case.staged / place).mkdir(parents=True, exist_ok=True)
        write_whole(case.staged / place / mask.name, mask.read_bytes())
    return replace(settings, mask=place if given.is_dir() else f"{place}/{given.name}")


def _with_run(case: Case, run: Run, given: str) -> tuple[Run, dict[str, str]]:
    """Return a run whose file is kept in the case, unless a plugin ships it, and what the log says of it."""
    from restore.plugins.catalogue import Catalogue
    from restore.runfile.summary import read_summary
    from restore.running.opened import open_run

    said = {"name": run.name, "id": run.id, "content": read_summary(run.path).content}
    if run.record.kind == "pretrained" and "/" in given and not Path(given).exists():
        owner = Catalogue.installed().find("pretrained", given).plugin
        return run, said | {"shipped": given, "from": f"{owner.distribution} {owner.version}"}
    path = f"{RUNS}/{run.id}-{said['content'][:12]}.h5"
    file = case.place(path) if path in case.files else case.staged / path
    if path not in case.files:
        file.parent.mkdir()
        write_whole(file, run.path.read_bytes())
    kept = open_run(file)
    if read_summary(file).content != said["content"]:
        hint = "see restore case verify"
        raise InputError("the run has changed", code="run-changed", where=show(file), hint=hint)
    return kept, said | {"file": path}


def _told(row: Row) -> dict[str, Any]:
    """Return what the log says of an image: the row of a ledger without what differs when the work is repeated."""
    return {name: value for name, value in asdict(row).items() if name not in ("size", "modified", "seconds")}

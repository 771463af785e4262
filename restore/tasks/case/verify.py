"""A case verified: its log, its files, and every step, which is done again from the originals and compared byte by byte."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import InputError, RestoreError
from restore.runfile.verify import Damage
from restore.system.files import reason_of
from restore.tasks.batch import Handling
from restore.tasks.case import an2k, crate
from restore.tasks.case.folder import OWN, STAGED, Case, hash_of, is_sound, read_log
from restore.tasks.case.log import MASKS, NAME, ORIGINALS, STEPS, Entry, Step, folder_of, parse
from restore.tasks.case.steps import located, machine, perform, versions_for
from restore.tasks.restoration import Settings
from restore.text import few, show

if TYPE_CHECKING:
    from restore.running.opened import Run

ENDING = ".zip"
LEVEL = 1.001 / 255
"""Most by which an image of a replay differs that is equal within 1 level of 8 bits."""


@dataclass
class Verdict:
    """What verifying a case found.

    `entries`: how many its log has, and `last` the SHA-256 of the last. `equal`: results of replayed steps that are the same
    bytes, `near`: those of another machine that are equal within 1 level. `notes` are no damage.
    """

    entries: int = 0
    last: str = ""
    originals: int = 0
    steps: int = 0
    replayed: int = 0
    equal: int = 0
    near: int = 0
    damages: list[Damage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify_case(path: Path, how: Handling, *, head: str | None = None, replay: bool = True) -> Verdict:
    """Return what is wrong with a case, a folder or an exported ZIP file; nothing of it is changed.

    `head` is the SHA-256 of an entry, noted elsewhere, that the log must hold: what has no entry behind it is protected by
    that alone. Raises `InputError` where the path is no case.
    """
    verdict = Verdict()
    with _unpacked(path, verdict) as folder:
        entries, damages = parse(read_log(folder))
        verdict.damages += damages
        verdict.entries, verdict.last = len(entries), entries[-1].sha256 if entries else ""
        if not entries:
            return verdict
        _look_for(head, entries, verdict)
        case = Case(folder, tuple(entries))
        damages = _compare_files(case)
        verdict.damages += damages
        broken = {one.part for one in damages}
        if (folder / STAGED).exists():
            verdict.notes.append(f"{STAGED} is there: a command was interrupted, or still works; the log is whole")
        verdict.originals = len(case.originals)
        steps = [entry for entry in entries if entry.kind == "restore"]
        verdict.steps = len(steps)
        if replay:
            with how.watch("replaying", len(steps)) as advance:
                for entry in steps:
                    _replay(case, entry, broken, verdict)
                    advance()
    return verdict


@contextmanager
def _unpacked(path: Path, verdict: Verdict) -> Iterator[Path]:
    """Yield the folder of a case; an exported one is unpacked for as long."""
    if path.is_dir() or path.suffix.lower() != ENDING:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="restore-case-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                verdict.damages += _unpack(archive, Path(folder))
        except (OSError, zipfile.BadZipFile) as error:
            reason = reason_of(error) if isinstance(error, OSError) else str(error)
            raise InputError(f"cannot read the archive: {reason}", code="unreadable", where=show(path)) from error
        yield Path(folder)


def _unpack(archive: zipfile.ZipFile, folder: Path) -> Iterator[Damage]:
    """Unpack an archive, and yield the damage of its members; what an export does not write is not unpacked."""
    seen: set[str] = set()
    for member in archive.infolist():
        # Stored ones alone: what is unpacked is no larger than the archive.
        if member.compress_type != zipfile.ZIP_STORED or member.filename in seen or member.is_dir():
            yield Damage(member.filename, "compressed, twice, or a folder: not written by restore, and not unpacked")
            continue
        seen.add(member.filename)
        try:
            archive.extract(member, folder)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            yield Damage(member.filename, f"damaged in the archive: {error}")
    if crate.NAME not in seen:
        yield Damage(crate.NAME, "missing")


def _look_for(head: str | None, entries: list[Entry], verdict: Verdict) -> None:
    """Note how many entries were made since that with the hash `head`; damage where there is none."""
    if head is None:
        return
    found = next((entry.number for entry in entries if entry.sha256 == head.lower()), None)
    if found is None:
        verdict.damages.append(Damage(NAME, f"no entry has the hash {head}: entries were removed or made anew"))
    elif found < len(entries):
        verdict.notes.append(f"{len(entries) - found} entries follow the one with the hash {head[:12]}")


def _compare_files(case: Case) -> list[Damage]:
    """Return files that are missing, not what their entry says, or in no entry."""
    damages = []
    known = case.files
    for path, sha256 in known.items():
        place = case.place(path)
        if not place.exists():
            damages.append(Damage(path, "missing"))
        elif not is_sound(place, sha256):
            damages.append(Damage(path, "the file differs from the checksum in the log, or is a link"))
    folder = case.folder
    for one in sorted(folder.rglob("*")):
        path = one.relative_to(folder).as_posix()
        if path.partition("/")[0] in OWN or path in known or (one.is_dir() and not one.is_symlink()):
            continue
        if path == crate.NAME:
            if one.read_bytes() != crate.metadata(case):
                damages.append(Damage(path, "differs from what the log says"))
        else:
            damages.append(
                Damage(path, "in no sound entry of the log: the file was added, or its entry removed or changed")
            )
    return damages


def _replay(case: Case, entry: Entry, broken: Collection[str], verdict: Verdict) -> None:
    """Do a step again, and compare its results with the log."""
    step, place = entry.step, folder_of(STEPS, entry.number)
    assert step is not None
    with tempfile.TemporaryDirectory(prefix="restore-case-") as temporary:
        root = Path(temporary)
        try:
            run = _run_of(case, step, broken)
            sources = [_sound(case, f"{ORIGINALS}/{name}", broken) for name in step.originals]
            for path in entry.files:
                if path.startswith(f"{MASKS}/"):
                    (root / path).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(_sound(case, path, broken), root / path)
            perform(run, sources, root / place, located(_settings_of(step), root), step.began, Handling())
            changes = _changes(step, run)
        except RestoreError as error:
            verdict.damages.append(Damage(entry.place, f"cannot be replayed: {error.line}"))
            return
        verdict.replayed += 1
        near = verdict.near
        made = {path.relative_to(root).as_posix(): path for path in (root / place).rglob("*") if path.is_file()}
        logged = {path: sha256 for path, sha256 in entry.files.items() if path.startswith(f"{place}/")}
        for path in sorted(made.keys() ^ logged.keys()):
            what = "the replay writes this file, the step did not" if path in made else "the replay writes no such file"
            verdict.damages.append(Damage(path, what))
        for path in sorted(made.keys() & logged.keys()):
            if hash_of(made[path]) == logged[path]:
                verdict.equal += 1
            elif path not in broken:
                _compare(path, case.place(path), made[path], changes, verdict)
    note = f"made on another machine: {'; '.join(changes)}"
    if verdict.near > near and note not in verdict.notes:
        verdict.notes.append(note)


def _run_of(case: Case, step: Step, broken: Collection[str]) -> Run:
    """Return the run of a step: its file in the case, or that which a plugin ships; raises where it is another."""
    from restore.runfile.summary import read_summary
    from restore.running.opened import open_run

    kept = step.run.get("file")
    run = open_run(_sound(case, kept, broken)) if kept else open_run(step.run.get("shipped", ""))
    if read_summary(run.path).content != step.run.get("content"):
        raise InputError("the run is another than that of the step", code="run-changed", where=show(run.path))
    return run


def _settings_of(step: Step) -> Settings:
    """Return the settings of a step; raises `InputError` for those of another version."""
    try:
        return Settings(**step.settings)
    except TypeError as error:
        raise InputError("the settings are those of another version of restore", code="damaged-case") from error


def _sound(case: Case, path: str, broken: Collection[str]) -> Path:
    """Return a file that a step needs; raises `InputError` where it is not what it was."""
    if path in broken or path not in case.files:
        what = "the file has changed" if path in broken else "no entry of the log has brought the file"
        raise InputError(what, code="damaged-case", where=path)
    return case.place(path)


def _changes(step: Step, run: Run) -> list[str]:
    """Return in what this machine differs from that of a step, as far as results depend on it."""
    now = {**versions_for(run), "processor": machine()["model"]}
    then = {**step.versions, "processor": step.machine.get("model", "")}
    return [f"{name} {then.get(name)}, here {now.get(name)}" for name in now | then if now.get(name) != then.get(name)]


def _compare(path: str, file: Path, again: Path, changes: list[str], verdict: Verdict) -> None:
    """Compare a result with that of the replay, which has other bytes."""
    most = _difference(file, again)
    if changes and most is not None and most <= LEVEL:
        verdict.near += 1
        return
    what = "the replay has another size" if most is None else f"the replay differs by up to {most * 255:.3g} levels"
    verdict.damages.append(Damage(path, f"{what} ({few(changes)})" if changes else what))


def _difference(one: Path, other: Path) -> float | None:
    """Return by how much the images of two files differ, from 0 to 1, None where their sizes do."""
    from restore.images import read

    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        files = zip(an2k.extract(one, Path(first)), an2k.extract(other, Path(second)), strict=False)
        pairs = [(read(a).pixels, read(b).pixels) for a, b in files]
    if any(a.shape != b.shape for a, b in pairs):
        return None
    return max((float(abs(a - b).max()) for a, b in pairs), default=None)

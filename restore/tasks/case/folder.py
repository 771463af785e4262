"""The folder of a case: read, and changed by one command at a time, so that each entry of the log has its files.

New files are gathered in a folder of their own; then the log is replaced by one with an entry more; then they are moved
to their places. A command that is killed before the log is replaced has done nothing; after that, whoever reads the case
finds the last files where they were gathered, and the next command moves them.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from restore.errors import InputError, RequestError, WorkError
from restore.system.files import reason_of, write_whole
from restore.tasks.case.log import NAME, ORIGINALS, START, Entry, Kind, Step, parse, sealed
from restore.tasks.ledger import LOCK, holding
from restore.text import show

STAGED = ".unfinished"
"""Where a command gathers its files."""
OWN = (NAME, STAGED, LOCK)
"""What lies in a case beside the files that its log names."""
READ_ONLY = 0o444


@dataclass(frozen=True, slots=True)
class Case:
    """A case whose log is sound: its folder and its entries."""

    folder: Path
    entries: tuple[Entry, ...] = ()

    @property
    def files(self) -> Mapping[str, str]:
        """Return the SHA-256 of every file by its path below the case."""
        return {path: sha256 for entry in self.entries for path, sha256 in entry.files.items()}

    @property
    def originals(self) -> Mapping[str, Path]:
        """Return the file of every original by its name."""
        paths = (path for path in self.files if path.startswith(f"{ORIGINALS}/"))
        return {path.partition("/")[2]: self.place(path) for path in paths}

    @property
    def staged(self) -> Path:
        """Return the folder in which a command gathers its files."""
        return self.folder / STAGED

    def place(self, path: str) -> Path:
        """Return where a file of the log lies: those of a killed command's entry are where it gathered them."""
        own, waiting = self.folder / path, self.staged / path
        return waiting if path in self.entries[-1].files and not own.exists() and waiting.exists() else own

    def add(self, kind: Kind, who: str, why: str, step: Step | None = None) -> Entry:
        """Log an entry with all files that were gathered, which become read-only; raises `WorkError` where that fails."""
        found = sorted(path for path in self.staged.rglob("*") if path.is_file())
        for path in found:
            path.chmod(READ_ONLY)
        files = {path.relative_to(self.staged).as_posix(): hash_of(path) for path in found}
        previous = self.entries[-1].sha256 if self.entries else START
        entry = Entry(len(self.entries) + 1, kind, previous, now(), who, why, files, step)
        line, log = sealed(entry), self.folder / NAME
        write_whole(self.staged / NAME, (log.read_bytes() if self.entries else b"") + line)
        (self.staged / NAME).replace(log)
        (entry,), _ = parse(line)
        return entry


def now() -> str:
    """Return the time, UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_sound(path: Path, sha256: str) -> bool:
    """Return whether a path is that of a file, no link, which has a SHA-256."""
    return path.is_file() and not path.is_symlink() and hash_of(path) == sha256


def open_case(folder: Path) -> Case:
    """Return a case; raises `InputError` where a folder is none, or its log is damaged."""
    entries, damages = parse(read_log(folder))
    if damages:
        part, what = damages[0]
        raise InputError(f"{part}: {what}", code="damaged-case", where=show(folder), hint="see restore case verify")
    return Case(folder, tuple(entries))


def read_log(folder: Path) -> bytes:
    """Return the bytes of a case's log; raises `InputError` where there is none."""
    try:
        return (folder / NAME).read_bytes()
    except OSError as error:
        hint = f"begin one: restore case new {show(folder)} IMAGES"
        what = f"not a case: cannot read its {NAME}: {reason_of(error)}"
        raise InputError(what, code="no-case", where=show(folder), hint=hint) from error


@contextmanager
def writing(folder: Path, *, new: bool = False) -> Iterator[Case]:
    """Yield a case that no other process changes, with an empty folder for new files, which afterwards are in place.

    Raises `RequestError` where another process writes to it, and, for a new one, where the folder holds anything.
    """
    if new:
        _require_empty(folder)
    else:
        read_log(folder)
    try:
        with holding(folder):
            _settle(folder)
            case = Case(folder) if new else open_case(folder)
            case.staged.mkdir()
            try:
                yield case
            finally:
                _settle(folder)
    finally:
        if new:
            with suppress(OSError):  # which is there unless nothing was taken in
                folder.rmdir()


def _require_empty(folder: Path) -> None:
    """Make the folder of a new case; raises `RequestError` where that fails, or the folder holds anything."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = [one.name for one in folder.iterdir() if one.name not in (STAGED, LOCK)]
    except OSError as error:
        what = f"cannot make the folder: {reason_of(error)}"
        raise RequestError(what, code="not-writable", where=show(folder), hint="choose another folder") from error
    if NAME in held:
        hint = "add originals to it: restore case add"
        raise RequestError("the folder is a case already", code="file-exists", where=show(folder), hint=hint)
    if held:
        what, hint = "the folder is not empty", "choose another folder"
        raise RequestError(what, code="file-exists", where=show(folder), hint=hint)


def _settle(folder: Path) -> None:
    """Move the files of the last entry to their places, and remove what else a command gathered."""
    staged = folder / STAGED
    if not staged.is_dir():
        return
    try:
        if (folder / NAME).exists():
            for path in open_case(folder).entries[-1].files:
                if (staged / path).is_file():
                    (folder / path).parent.mkdir(parents=True, exist_ok=True)
                    (staged / path).replace(folder / path)
        shutil.rmtree(staged)
    except OSError as error:
        what = f"cannot move the files of the last entry to their places: {reason_of(error)}"
        hint = "repeat it: the log is whole, and the files are kept"
        raise WorkError(what, code="not-written", where=show(staged), hint=hint) from error

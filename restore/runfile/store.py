"""The runs folder: its runs listed, found by name, made and carried on."""

from __future__ import annotations

import contextlib
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import InputError, RequestError
from restore.runfile.commit import commit
from restore.runfile.lock import hold, live_status
from restore.runfile.summary import Summary, read_summary
from restore.text import did_you_mean, few, in_words

if TYPE_CHECKING:
    from restore.runfile.record import Record

ENDING = ".h5"
LAST = "last"
# A file system takes 255 bytes; the ending, the temporary file's pid and the lock's ending need some of them.
MAX_NAME = 200
SHOWN = 20


def runs_folder(given: Path | None = None) -> Path:
    """Return the runs folder: the given one, else $RESTORE_RUNS, else ./runs."""
    return given or Path(os.environ.get("RESTORE_RUNS") or "runs")


@dataclass(frozen=True, slots=True)
class RunWriter:
    """Writes one run, whose lock is held; `record` is what stood in the file, None for a new run."""

    path: Path
    record: Record | None = None

    def commit(self, record: Record) -> None:
        """Put the record in the place of the file, durably; raise WorkError, the old file whole, where that fails."""
        from restore.runfile.encode import encode

        commit(self.path, encode(record))


@dataclass(frozen=True, slots=True)
class RunsFolder:
    """A runs folder, one file `NAME.h5` a run; it need not exist to be looked into."""

    folder: Path

    def summaries(self) -> list[Summary]:
        """Return all runs, newest first, with the status as it reads now; damaged files say why in `damage`."""
        return sorted(map(_look, self._files()), key=_age, reverse=True)

    def find(self, run: str) -> Path:
        """Return the file of a path, a run's name, a unique start of its id, or `last`.

        Raises InputError where there is none (the nearest names are suggested) or more than one.
        """
        if run != LAST and (run.endswith(ENDING) or "/" in run or os.sep in run):
            if _is_gone(Path(run)):
                raise InputError("the run file does not exist", where=run, hint=_nearest(Path(run).stem, self._names()))
            return Path(run)
        named = self.folder / f"{run}{ENDING}"
        with contextlib.suppress(OSError):  # of a name that no file can have
            if run and named.is_file():
                return named
        summaries = self.summaries()
        if run == LAST and summaries:
            return summaries[0].path
        found = [summary for summary in summaries if run and summary.id.startswith(run)]
        if len(found) == 1:
            return found[0].path
        if found:
            names = [f"{summary.id} ({summary.path.stem})" for summary in found]
            raise InputError(f"the id {run!r} begins {len(found)} runs", where=str(self.folder), hint=few(names, SHOWN))
        hint = _nearest(run, [name for summary in summaries for name in (summary.path.stem, summary.id) if name])
        raise InputError(f"there is no run {in_words(run)}", where=str(self.folder), hint=hint)

    def path(self, name: str) -> Path:
        """Return the file for a new run's name; raise RequestError for a name that is taken or cannot be one."""
        reason = _fault(name)
        if reason:
            raise RequestError(f"the name {name!r} {reason}", where="--name", hint="choose another name")
        path = self.folder / f"{name}{ENDING}"
        if os.path.lexists(path):
            hint = f"choose another name, or go on with: restore run --resume {shlex.quote(str(path))}"
            raise RequestError(f"there is a run {name!r} already", where=str(path), hint=hint)
        return path

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[RunWriter]:
        """Hold a new run's name and give its writer; nothing is written before the first commit.

        Raises RequestError where the name is taken, cannot be one, or is held, or the folder is not writable.
        """
        path = self.path(name)
        with hold(path):
            yield RunWriter(self.path(name))  # again: another may have made it in the meantime

    @contextlib.contextmanager
    def reopen(self, path: Path) -> Iterator[RunWriter]:
        """Hold the run of a file, read it, and give the writer that carries it on.

        Raises RequestError where another process holds it, InputError where the file cannot be used.
        """
        from restore.runfile.read import read

        path = path.resolve()  # a link to a run stays a link
        with hold(path):
            yield RunWriter(path, read(path))

    def _files(self) -> list[Path]:
        """Return the regular files that may be runs."""
        try:
            entries = list(os.scandir(self.folder))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise InputError(f"the runs folder cannot be read: {error.strerror}", where=str(self.folder)) from None
        return [
            self.folder / entry.name
            for entry in entries
            if entry.name.endswith(ENDING) and not entry.name.startswith(".") and entry.is_file()
        ]

    def _names(self) -> list[str]:
        return [path.stem for path in self._files()]


def _is_gone(path: Path) -> bool:
    """Tell whether there is nothing at a path; what cannot be looked at may be there, and opening it says why not."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _look(path: Path) -> Summary:
    try:
        summary = read_summary(path)
    except InputError as error:  # removed or replaced by something else since the folder was read
        return Summary(path, name=path.stem, damage=error.what)
    return summary if summary.damage else replace(summary, status=live_status(path, summary.status))


def _age(summary: Summary) -> tuple[str, str]:
    """Return when a run was made, as text that sorts; a damaged file's own time must do where it says none."""
    created = summary.created
    if not created:
        try:
            created = datetime.fromtimestamp(summary.path.stat().st_mtime, UTC).isoformat()
        except OSError:
            created = ""
    return created, summary.path.name


def _fault(name: str) -> str:
    """Say what keeps a name from being a run's, or nothing."""
    if not name or name.startswith((".", "-")) or name == LAST:
        return "is empty, begins with a dot or a dash, or is the word 'last'"
    if "/" in name or "\\" in name or ".." in name:
        return "holds /, \\ or .., which lead to other folders"
    if not name.isprintable():
        return "holds characters that cannot be printed"
    if len(name.encode()) > MAX_NAME:
        return f"is longer than {MAX_NAME} bytes"
    return ""


def _nearest(name: str, names: list[str]) -> str:
    return did_you_mean(name, names) or "see the runs with: restore runs"

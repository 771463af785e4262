"""The runs folder: runs listed, found by name, created and reopened."""

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
# File systems allow 255 bytes; the extensions of run, lock and temporary file, and its pid, need some of them.
MAX_NAME = 200
SHOWN = 20


def runs_folder(given: Path | None = None) -> Path:
    """Return the runs folder: the given one, else $RESTORE_RUNS, else ./runs."""
    return given or Path(os.environ.get("RESTORE_RUNS") or "runs")


@dataclass(frozen=True, slots=True)
class RunWriter:
    """Writes one run, whose lock is held; `record` is the content of the file when it was opened, None for a new run."""

    path: Path
    record: Record | None = None

    def commit(self, record: Record) -> None:
        """Replace the file by the record, durably; raises `WorkError`, with the old file intact, where that fails."""
        from restore.runfile.encode import encode

        commit(self.path, encode(record))


@dataclass(frozen=True, slots=True)
class RunsFolder:
    """A runs folder with one file `NAME.h5` per run; a folder that does not exist counts as empty."""

    folder: Path

    def summaries(self) -> list[Summary]:
        """Return all runs, newest first, with their current status; `damage` is set for damaged files."""
        return sorted(map(_look, self._files()), key=_age, reverse=True)

    def find(self, run: str) -> Path:
        """Return the file for a path, a run's name, a unique start of its id, or `last`, the newest run.

        Raises `InputError` where no run matches (the nearest names are suggested) or several do.
        """
        if run != LAST and (run.endswith(ENDING) or "/" in run or os.sep in run):
            if _is_gone(Path(run)):
                hint = _nearest(Path(run).stem, self._names())
                raise InputError("no such run file", code="unknown-run", where=run, hint=hint)
            return Path(run)
        named = self.folder / f"{run}{ENDING}"
        with contextlib.suppress(OSError):  # names that a file cannot have
            if run and named.is_file():
                return named
        summaries = self.summaries()
        runs = [summary.path for summary in summaries if summary.kind == "run"]
        if run == LAST and runs:
            return runs[0]
        found = [summary for summary in summaries if run and summary.id.startswith(run)]
        if len(found) == 1:
            return found[0].path
        if found:
            names = [f"{summary.id} ({summary.path.stem})" for summary in found]
            what, hint = f"ambiguous id {run!r}: {len(found)} runs", f"choose from {few(names, SHOWN)}"
            raise InputError(what, code="ambiguous-run", where=str(self.folder), hint=hint)
        hint = _nearest(run, [name for summary in summaries for name in (summary.path.stem, summary.id) if name])
        raise InputError(f"unknown run {in_words(run)}", code="unknown-run", where=str(self.folder), hint=hint)

    def path(self, name: str) -> Path:
        """Return the file for a new run's name; raises `RequestError` for a name that is taken or not valid."""
        reason = _fault(name)
        if reason:
            what, hint = f"the run name {name!r} {reason}", "choose another name"
            raise RequestError(what, code="bad-name", where="--name", hint=hint)
        path = self.folder / f"{name}{ENDING}"
        if os.path.lexists(path):
            hint = f"choose another name, or resume it: restore run --resume {shlex.quote(str(path))}"
            raise RequestError(f"the run {name!r} exists", code="run-exists", where=str(path), hint=hint)
        return path

    @contextlib.contextmanager
    def create(self, name: str) -> Iterator[RunWriter]:
        """Hold a new run's name and yield its writer; nothing is written before the first commit.

        Raises `RequestError` where the name is taken, not valid or held, or the folder is not writable.
        """
        path = self.path(name)
        with hold(path):
            yield RunWriter(self.path(name))  # checked again: another process may have created it meanwhile

    @contextlib.contextmanager
    def reopen(self, path: Path) -> Iterator[RunWriter]:
        """Hold the run of a file, read it, and yield its writer.

        Raises `RequestError` where another process holds it, `InputError` where the file cannot be used.
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
            what = f"cannot read the runs folder: {error.strerror}"
            raise InputError(what, code="unreadable", where=str(self.folder), hint="name another: --runs DIR") from None
        return [
            self.folder / entry.name
            for entry in entries
            if entry.name.endswith(ENDING) and not entry.name.startswith(".") and entry.is_file()
        ]

    def _names(self) -> list[str]:
        return [path.stem for path in self._files()]


def _is_gone(path: Path) -> bool:
    """Return whether nothing exists at a path; False where that is unknown, as opening the path then fails."""
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
    except InputError as error:  # removed or replaced since the folder was scanned
        return Summary(path, name=path.stem, damage=error.what)
    return summary if summary.damage else replace(summary, status=live_status(path, summary.status))


def _age(summary: Summary) -> tuple[str, str]:
    """Return when a run was created, as sortable text; for a damaged file, its modification time."""
    created = summary.created
    if not created:
        try:
            created = datetime.fromtimestamp(summary.path.stat().st_mtime, UTC).isoformat()
        except OSError:
            created = ""
    return created, summary.path.name


def _fault(name: str) -> str:
    """Return what makes a name invalid for a run, empty for a valid name."""
    if not name or name.startswith((".", "-")) or name == LAST:
        return f"is empty, starts with a dot or dash, or is {LAST!r}"
    if "/" in name or "\\" in name or ".." in name:
        return "contains /, \\ or .., which lead to other folders"
    if not name.isprintable():
        return "contains unprintable characters"
    if len(name.encode()) > MAX_NAME:
        return f"is longer than {MAX_NAME} bytes"
    return ""


def _nearest(name: str, names: list[str]) -> str:
    return did_you_mean(name, names) or "list runs: restore runs"

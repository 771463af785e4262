"""Locks of runs: held while a run is written, released when its process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from restore.errors import InputError, RequestError
from restore.runfile import disk
from restore.runfile.commit import remove_stale
from restore.runfile.summary import read_summary
from restore.system import locks

FOLDER = ".locks"
PATIENCE = 1.0  # seconds; checking a lock holds it for less than a millisecond


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the run of a file, and remove temporary files that killed writers left behind.

    Raises `RequestError` where another process holds it, with its pid and host, where the folder cannot be written, and
    where its file system does not lock files.
    """
    file = _lock_file(path)
    with ExitStack() as stack:
        try:
            disk.make_folder(file.parent)
            stack.enter_context(locks.hold(file, patience=PATIENCE))
            remove_stale(path)
        except TimeoutError:
            raise _taken(path, file) from None
        except OSError as error:
            raise _refused(path.parent, error) from error
        yield


def require_locks(folder: Path) -> None:
    """Raise `RequestError` where runs in a writable folder cannot be locked."""
    if not (locks.are_soft() or locks.are_supported(folder)):
        raise _without_locks(folder)


def held(path: Path) -> bool:
    """Return whether a process holds the run of a file; True where that is unknown."""
    return locks.is_held(_lock_file(path))


def live_status(path: Path, status: str) -> str:
    """Return the current status for a written one: a `running` run that no process holds was stopped."""
    return "stopped" if status == "running" and not held(path) else status


def _lock_file(path: Path) -> Path:
    return path.parent / FOLDER / f"{path.stem}.lock"


def _taken(path: Path, file: Path) -> RequestError:
    marker = locks.marker_of(file)
    hint = "wait for it, or stop it"
    if marker.exists():
        hint += f"; if it has ended, on another host, remove {marker}"
    return RequestError(f"the run is in use by {_holder(path)}", code="run-in-use", where=str(path), hint=hint)


def _refused(folder: Path, error: OSError) -> RequestError:
    if error.errno == locks.UNSUPPORTED:
        return _without_locks(folder)
    what = f"cannot write to the runs folder: {error.strerror}"
    return RequestError(what, code="not-writable", where=str(folder), hint="choose another: --runs DIR")


def _without_locks(folder: Path) -> RequestError:
    what = "the file system does not support file locks"
    hint = f"choose a folder on a local disk: --runs DIR; or set {locks.SETTING}={locks.SOFT}"
    return RequestError(what, code="no-locks", where=str(folder), hint=hint)


def _holder(path: Path) -> str:
    try:
        summary = read_summary(path)
    except InputError:
        return "another process"  # which has not committed yet
    return f"process {summary.pid} on {summary.host}" if summary.pid else "another process"

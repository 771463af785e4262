"""Who holds a run: a lock file beside the runs, kept while a run is being made and freed when its process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from restore.errors import InputError, RequestError
from restore.runfile import disk
from restore.runfile.commit import remove_stale
from restore.runfile.summary import read_summary

FOLDER = ".locks"
PATIENCE = 1.0  # seconds; whoever only looks holds a lock for less than a millisecond


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the run of a file, and remove what killed writers left of it.

    Raises RequestError where another process holds it, with its pid and host, and where the folder is not writable.
    """
    from filelock import FileLock, Timeout

    file = _lock_file(path)
    guard = FileLock(file, timeout=PATIENCE, thread_local=False)
    try:
        disk.make_folder(file.parent)
        guard.acquire(poll_interval=0.02)
        remove_stale(path)
    except Timeout:
        hint = "wait for it, or stop it; both cannot write one file"
        raise RequestError(f"the run is being made by {_holder(path)}", where=str(path), hint=hint) from None
    except OSError as error:
        guard.release()
        raise RequestError(f"the runs folder is not writable: {error.strerror}", where=str(path.parent)) from error
    try:
        yield
    finally:
        guard.release()


def held(path: Path) -> bool:
    """Tell whether a process holds the run of a file; what cannot be told counts as held."""
    file = _lock_file(path)
    if not file.exists():
        return False
    from filelock import FileLock, Timeout

    try:
        with FileLock(file, timeout=0):
            return False
    except (Timeout, OSError):
        return True


def live_status(path: Path, status: str) -> str:
    """Return a written status as it reads now: `running` that nobody holds was stopped."""
    return "stopped" if status == "running" and not held(path) else status


def _lock_file(path: Path) -> Path:
    return path.parent / FOLDER / f"{path.stem}.lock"


def _holder(path: Path) -> str:
    try:
        summary = read_summary(path)
    except InputError:
        return "another process"  # that has not committed yet
    return f"process {summary.pid} on {summary.host}" if summary.pid else "another process"

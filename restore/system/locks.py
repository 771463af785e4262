"""Locks between processes: those of the file system, or marker files where it has none.

Some network file systems support no file locks. There `RESTORE_LOCKS=soft` takes the existence of a file for a lock; it
holds the pid and host of its process, so that one left by a killed process of this host is removed. Marker files are
the weaker kind, as what another host left stays, and so are used on demand alone.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.errors import RequestError
from restore.system.files import nearest

if TYPE_CHECKING:
    from filelock import BaseFileLock

SETTING, SOFT = "RESTORE_LOCKS", "soft"
UNSUPPORTED = errno.ENOLCK
POLL = 0.02
"""Seconds between two attempts."""


def are_soft() -> bool:
    """Return whether marker files are asked for; raises `RequestError` for another value of the setting."""
    value = os.environ.get(SETTING, "")
    if value not in ("", SOFT):
        hint = f"set it to {SOFT}, or leave it unset"
        raise RequestError(f"unknown kind of locks {value!r}", code="bad-setting", where=f"${SETTING}", hint=hint)
    return value == SOFT


def are_supported(folder: Path) -> bool:
    """Return whether the file system of a folder locks files; raises `OSError` where no file can be made there."""
    try:
        import fcntl
    except ImportError:  # Windows, whose file systems all do
        return True
    with tempfile.TemporaryFile(dir=nearest(folder)) as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


@contextmanager
def hold(file: Path, *, patience: float = -1, mode: int | None = None) -> Iterator[None]:
    """Hold the lock of a lock file, `NAME.lock`, which may stay; a marker file goes with its lock.

    Waits `patience` seconds, without end where that is negative. Raises `TimeoutError` where another process holds it
    for longer, `OSError` with `UNSUPPORTED` where the file system has no locks, and other ones where it cannot write.
    """
    options = {} if mode is None else {"mode": mode}
    soft = are_soft()
    guard = (_marker if soft else _native)(file, timeout=patience, thread_local=False, **options)
    guard.acquire(poll_interval=POLL)
    try:
        # The other kind, held by a process with another setting: both look after they hold their own.
        if _is_taken(file, soft=not soft):
            raise TimeoutError
        yield
    finally:
        guard.release()


def is_held(file: Path) -> bool:
    """Return whether a process holds the lock of a lock file; what cannot be found out counts as held."""
    return _is_taken(file, soft=False) or _is_taken(file, soft=True)


def marker_of(file: Path) -> Path:
    """Return the marker file that stands for a lock file."""
    return file.with_suffix(".soft")


def _native(file: Path, **options: Any) -> BaseFileLock:
    from filelock import FileLock

    if not are_supported(file.parent):
        raise OSError(UNSUPPORTED, "file locks are not supported")
    return FileLock(file, **options)


def _marker(file: Path, **options: Any) -> BaseFileLock:
    from filelock import SoftFileLock

    return SoftFileLock(marker_of(file), **options)


def _is_taken(file: Path, *, soft: bool) -> bool:
    """Return whether a lock of one kind is held; a missing file is not, which is left so."""
    if not (marker_of(file) if soft else file).exists():
        return False
    try:
        # A stale marker is removed by one attempt, and its name taken by the next.
        with (_marker(file, timeout=3 * POLL) if soft else _native(file, timeout=0)).acquire(poll_interval=POLL):
            return False
    except TimeoutError:
        return True
    except OSError as error:
        return error.errno != UNSUPPORTED

"""All system calls on run files, in one place, so that tests can record them and make each fail."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from restore.errors import InputError

PIECE = 2**26  # bytes a call; Linux moves at most 2 GiB at once, and a signal waits for one piece only


def create(path: Path) -> int:
    """Create a file that must not exist; returns its descriptor."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_CLOEXEC") | _flag("O_BINARY"), 0o666)


def write(file: int, data: memoryview) -> int:
    """Write at most `PIECE` bytes; returns the number of bytes written, which may be smaller."""
    return os.write(file, data[:PIECE])


def sync(file: int) -> None:
    """Flush the bytes of a file to the disk."""
    os.fsync(file)


def close(file: int) -> None:
    """Close a descriptor."""
    os.close(file)


def replace(source: Path, target: Path) -> None:
    """Replace `target` by `source` atomically."""
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file if it exists."""
    path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the file system supports it."""
    if os.name == "nt":
        return  # not supported
    file = os.open(folder, os.O_RDONLY | _flag("O_DIRECTORY") | _flag("O_CLOEXEC"))
    try:
        sync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        close(file)


def make_folder(folder: Path) -> None:
    """Create a folder and its parents, each name flushed to the disk before the next."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


@contextmanager
def regular(path: Path) -> Iterator[int]:
    """Open a regular file for reading; other files are refused, as a pipe would block.

    Raises `InputError` for a file that is missing, not regular or unreadable.
    """
    try:
        file = os.open(path, os.O_RDONLY | _flag("O_NONBLOCK") | _flag("O_CLOEXEC") | _flag("O_BINARY"))
    except FileNotFoundError:
        what, hint = "no such run file", "list runs: restore runs"
        raise InputError(what, code="unknown-run", where=str(path), hint=hint) from None
    except OSError as error:
        what = f"cannot open the run file: {error.strerror}"
        raise InputError(what, code="unreadable", where=str(path), hint="check its name and permissions") from None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            what, hint = "not a regular file", "name a run file"
            raise InputError(what, code="not-a-regular-file", where=str(path), hint=hint)
        yield file
    except OSError as error:
        what = f"cannot read the run file: {error.strerror}"
        raise InputError(what, code="unreadable", where=str(path), hint="check the disk") from None
    finally:
        os.close(file)


def size(file: int) -> int:
    """Return the size of an open file in bytes."""
    return os.fstat(file).st_size


def read(file: int, limit: int) -> bytes:
    """Return up to `limit` bytes from the current position."""
    with os.fdopen(file, "rb", closefd=False) as stream:
        return stream.read(limit)


def _flag(name: str) -> int:
    """Return a flag of `os.open`, 0 where the system lacks it."""
    return int(getattr(os, name, 0))

"""Every call that touches run files on disk, in one place, so that each can be made to fail and be recorded."""

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
    """Create a file that must not exist; return its descriptor."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _flag("O_CLOEXEC") | _flag("O_BINARY"), 0o666)


def write(file: int, data: memoryview) -> int:
    """Write a piece; return how many bytes went, which may be fewer."""
    return os.write(file, data[:PIECE])


def sync(file: int) -> None:
    """Return when the file's bytes are on the disk."""
    os.fsync(file)


def close(file: int) -> None:
    """Close a descriptor."""
    os.close(file)


def replace(source: Path, target: Path) -> None:
    """Put `source` in the place of `target` in one step."""
    source.replace(target)


def remove(path: Path) -> None:
    """Remove a file, where it is there."""
    path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Return when the folder's names are on the disk; file systems that cannot tell are left alone."""
    if os.name == "nt":
        return  # has no such call
    file = os.open(folder, os.O_RDONLY | _flag("O_DIRECTORY") | _flag("O_CLOEXEC"))
    try:
        sync(file)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        close(file)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each name on the disk before the next."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


@contextmanager
def regular(path: Path) -> Iterator[int]:
    """Open a regular file for reading, and nothing else: a pipe would wait for its writer.

    Raises InputError where it is missing, another kind of file or unreadable.
    """
    try:
        file = os.open(path, os.O_RDONLY | _flag("O_NONBLOCK") | _flag("O_CLOEXEC") | _flag("O_BINARY"))
    except FileNotFoundError:
        raise InputError(
            "the run file does not exist", where=str(path), hint="see the runs with: restore runs"
        ) from None
    except OSError as error:
        raise InputError(f"the run file cannot be opened: {error.strerror}", where=str(path)) from None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise InputError("this is no regular file, so it is no run file", where=str(path))
        yield file
    except OSError as error:
        raise InputError(f"the run file cannot be read: {error.strerror}", where=str(path)) from None
    finally:
        os.close(file)


def size(file: int) -> int:
    """Return the size of an open file in bytes."""
    return os.fstat(file).st_size


def read(file: int, limit: int) -> bytes:
    """Return up to `limit` bytes from where the file stands."""
    with os.fdopen(file, "rb", closefd=False) as stream:
        return stream.read(limit)


def _flag(name: str) -> int:
    """Return a flag of `os.open`, 0 where this system has none."""
    return int(getattr(os, name, 0))

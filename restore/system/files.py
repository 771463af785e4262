"""Files written whole, and the places and names of results, tried before the work begins."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from restore.errors import RequestError, WorkError
from restore.text import show

_TEMPORARY = 24
"""Most bytes of the name under which a file is written."""
_FULL = {errno.ENOSPC: "disk full", errno.EDQUOT: "disk quota exceeded"}


def write_whole(file: Path, data: bytes | memoryview, *, overwrite: bool = False) -> None:
    """Write a file whole or not at all; raises as `opened_whole` does."""
    with opened_whole(file, overwrite=overwrite) as opened:
        opened.write(data)


@contextlib.contextmanager
def opened_whole(file: Path, *, overwrite: bool = False) -> Iterator[IO[bytes]]:
    """Yield a file to be written whole or not at all: its bytes are on the disk before it gets its name.

    Raises `RequestError` as `require_free` does, and `WorkError` where writing fails; nothing stays behind then.
    """
    require_free(file, overwrite=overwrite)
    # Short whatever the file's own name is, and drawn: several processes may write one file.
    temporary = file.with_name(f".{os.getpid()}-{secrets.token_hex(4)}.tmp")  # at most `_TEMPORARY` bytes
    try:
        with temporary.open("xb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(file)
    except OSError as error:
        code = "disk-full" if is_full(error) else "not-written"
        raise WorkError(f"cannot write the file: {reason_of(error)}", code=code, where=show(file)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def reason_of(error: OSError) -> str:
    """Return why the system refused, in words."""
    return _FULL.get(error.errno or 0) or error.strerror or str(error)


def is_full(error: OSError) -> bool:
    """Return whether the system refused because nothing more fits on the disk, or within its quota."""
    return error.errno in _FULL


def require_writable(folder: Path, what: str, *, hint: str) -> None:
    """Raise `RequestError`, naming `what`, where no file can be made in a folder, or the folder itself cannot be made.

    Nothing stays behind.
    """
    import tempfile

    reason, code = _name_fault(folder), "name-too-long"
    if not reason:
        try:
            with tempfile.TemporaryFile(dir=nearest(folder)):
                return
        except OSError as error:
            reason, code = reason_of(error), "not-writable"
    raise RequestError(f"cannot write to {what}: {reason}", code=code, where=show(folder), hint=hint)


def require_free(file: Path, *, overwrite: bool) -> None:
    """Raise `RequestError` for the path of a result that no file can have, or that is taken.

    A file that exists may be replaced by `overwrite`, a folder never.
    """
    if fault := _name_fault(file):
        raise RequestError(fault, code="name-too-long", where=show(file), hint="choose a shorter name")
    with contextlib.suppress(OSError):  # the way there is barred: writing gives the reason
        if file.is_dir():
            raise RequestError("this is a folder", code="is-a-directory", where=show(file), hint="name a file")
    if not overwrite and os.path.lexists(file):
        hint = "choose another name, or replace it: --overwrite"
        raise RequestError("the file exists", code="file-exists", where=show(file), hint=hint)


def nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    place = os.path.join(os.getcwd(), folder)  # noqa: PTH109, PTH118 - pathlib takes ten times as long
    while not os.path.lexists(place) and os.path.dirname(place) != place:  # noqa: PTH120
        place = os.path.dirname(place)  # noqa: PTH120
    return Path(place)


def ignores_case(folder: Path) -> bool:
    """Return whether a folder that can be written takes two names that differ in case for one."""
    import tempfile

    with tempfile.NamedTemporaryFile(prefix="restore", dir=nearest(folder)) as probe:
        path = Path(probe.name)
        return path.with_name(path.name.upper()).exists()


def _name_fault(path: Path) -> str:
    """Return what is wrong with the length of a path's names, or nothing."""
    above = nearest(path)
    longest = _limit(above, "PC_NAME_MAX", 255)
    below = os.fsencode(path.absolute())[len(os.fsencode(above)) :]
    size = max(map(len, below.split(os.fsencode(os.sep))))
    if size > longest:
        return f"name too long: {size} bytes, the file system allows {longest}"
    whole = max(len(os.fsencode(path)), len(os.fsencode(path.parent)) + 1 + _TEMPORARY)
    most = _limit(above, "PC_PATH_MAX", 4096) - 1  # the byte that ends it counts
    return f"path too long: {whole} bytes, the file system allows {most}" if whole > most else ""


def _limit(place: Path, name: str, usual: int) -> int:
    """Return a limit of the file system where `place` lies, `usual` where it does not say."""
    try:
        limit = os.pathconf(place, name)
    except (AttributeError, OSError, ValueError):
        return usual
    return limit if limit > 0 else usual

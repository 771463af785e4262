"""Bytes put in the place of a run file whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shlex
from pathlib import Path

from restore.errors import WorkError
from restore.runfile import disk, seal

_REASONS = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up"}


def commit(path: Path, data: memoryview) -> None:
    """Put bytes in the place of a file, durably: after a crash at any moment the file is the old or the new one.

    Raises one WorkError where anything fails; the old file is whole then, and no temporary one stays.
    """
    if len(data) > seal.LIMIT:
        raise WorkError(f"the run file would have {len(data):,} bytes; {seal.LIMIT:,} are the limit", where=str(path))
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        _write(temporary, data)
        disk.replace(temporary, path)
        disk.sync_folder(path.parent)
    except OSError as error:
        _discard(temporary)
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        go_on = f"restore run --resume {shlex.quote(str(path))}"
        hint = f"the last commit stands; go on with: {go_on}" if path.exists() else ""
        raise WorkError(f"the run file could not be written: {reason}", where=str(path), hint=hint) from error
    except BaseException:
        _discard(temporary)
        raise


def remove_stale(path: Path) -> None:
    """Remove the temporary files that killed writers of this run left; its lock must be held."""
    name = re.compile(rf"\.{re.escape(path.stem)}\.[0-9]+\.tmp")
    for entry in os.scandir(path.parent):
        if name.fullmatch(entry.name):
            disk.remove(Path(entry.path))


def _write(path: Path, data: memoryview) -> None:
    file = disk.create(path)
    try:
        while data:
            data = data[disk.write(file, data) :]
        disk.sync(file)
    finally:
        disk.close(file)


def _discard(path: Path) -> None:
    """Remove a temporary file; where even that fails, the next holder of the lock does it."""
    try:
        disk.remove(path)
    except OSError:
        return

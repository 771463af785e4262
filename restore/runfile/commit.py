"""Replacing a run file, whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shlex
from pathlib import Path

from restore.errors import WorkError
from restore.runfile import disk, seal

_REASONS = {errno.ENOSPC: "disk full", errno.EDQUOT: "disk quota exceeded"}


def commit(path: Path, data: memoryview) -> None:
    """Replace a file by bytes, durably: after a crash at any time the file is the old or the new one.

    Raises `WorkError` where anything fails; the old file is intact then, and no temporary file is left.
    """
    if len(data) > seal.LIMIT:
        what = f"a run file of {len(data):,} bytes exceeds the limit of {seal.LIMIT:,}"
        raise WorkError(what, code="too-large", where=str(path), hint="use a smaller model, or lower --gallery")
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        _write(temporary, data)
        disk.replace(temporary, path)
        disk.sync_folder(path.parent)
    except OSError as error:
        _discard(temporary)
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        hint = f"the last commit is kept; resume with: restore run --resume {shlex.quote(str(path))}"
        hint = hint if path.exists() else "choose another folder: --runs DIR"
        code = "disk-full" if error.errno in _REASONS else "not-written"
        what = f"cannot write the run file: {reason}"
        raise WorkError(what, code=code, where=str(path), hint=hint) from error
    except BaseException:
        _discard(temporary)
        raise


def remove_stale(path: Path) -> None:
    """Remove the temporary files that killed writers of this run left behind; its lock must be held."""
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
    """Remove a temporary file; where that fails, the next holder of the lock removes it."""
    try:
        disk.remove(path)
    except OSError:
        return

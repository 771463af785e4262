"""Folders and files that results go to, tried before the work begins."""

from __future__ import annotations

import os
from pathlib import Path

from restore.errors import RequestError
from restore.text import show


def require_writable(folder: Path, what: str, *, hint: str) -> None:
    """Raise `RequestError`, saying `what`, where no file could be made in a folder, or it not be made itself.

    Nothing stays behind.
    """
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=nearest(folder)):
            pass
    except OSError as error:
        raise RequestError(f"{what} cannot be written: {error.strerror}", where=show(folder), hint=hint) from error


def require_free(file: Path, *, overwrite: bool) -> None:
    """Raise `RequestError` where a result's file exists, unless it may be replaced, which a folder never may."""
    if file.is_dir():
        raise RequestError("this is a folder, where a file is to be written", where=show(file), hint="name a file")
    if not overwrite and os.path.lexists(file):
        raise RequestError("the file exists", where=show(file), hint="choose another name, or --overwrite")


def nearest(folder: Path) -> Path:
    """Return the folder, or the one above it that is there."""
    folder = folder.absolute()
    try:
        folder.lstat()
    except FileNotFoundError:
        return nearest(folder.parent)
    return folder


def ignores_case(folder: Path) -> bool:
    """Return whether a folder that can be written takes two names that differ in case for one."""
    import tempfile

    with tempfile.NamedTemporaryFile(prefix="restore", dir=nearest(folder)) as probe:
        path = Path(probe.name)
        return path.with_name(path.name.upper()).exists()

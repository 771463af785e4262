"""Folders that results go to, tried before the work begins."""

from __future__ import annotations

import tempfile
from pathlib import Path

from restore.errors import RequestError
from restore.images import show


def require_writable(folder: Path, what: str, *, hint: str) -> None:
    """Raise `RequestError`, saying `what`, where no file could be made in a folder, or it not be made itself.

    Nothing stays behind.
    """
    try:
        with tempfile.TemporaryFile(dir=nearest(folder)):
            pass
    except OSError as error:
        raise RequestError(f"{what} cannot be written: {error.strerror}", where=show(folder), hint=hint) from error


def nearest(folder: Path) -> Path:
    """Return the folder, or the one above it that is there."""
    folder = folder.absolute()
    try:
        folder.lstat()
    except FileNotFoundError:
        return nearest(folder.parent)
    return folder

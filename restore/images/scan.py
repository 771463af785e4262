"""The image files below a folder, and the state by which a change of one is noticed."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from restore.errors import InputError
from restore.images.outputs import WRITTEN
from restore.images.reader import look
from restore.text import few, show

ENDINGS = frozenset({*WRITTEN, ".dib", ".gif", ".jpe", ".pbm", ".pgm", ".pnm", ".ppm", ".webp"})
"""Endings, in lower case, by which image files in a folder are recognised."""

State: TypeAlias = tuple[int, int]
"""Size of a file in bytes, and time of its last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """An image file: its path below the folder that was scanned, and its state then."""

    path: Path
    state: State


def find_images(root: Path) -> tuple[list[Found], tuple[str, ...]]:
    """Return the image files below a folder, sorted by path, and notes on what was left out.

    They are recognised by their endings; hidden names are left out without a note. Links to folders are not followed, as what lies
    below `root` is found without them; links to files are, where they stay below `root`. Raises `InputError` for a
    folder that is missing, unreadable or without image files.
    """
    if not stat.S_ISDIR(look(root).st_mode):
        hint = "give the folder of the images"
        raise InputError("not a folder", code="not-a-directory", where=show(root), hint=hint)
    found: list[Found] = []
    links: list[Path] = []
    others: list[Path] = []
    folders, inside = [Path()], Path(os.path.realpath(root))
    while folders:
        folder = folders.pop()
        try:
            entries = [one for one in os.scandir(root / folder) if not one.name.startswith(".")]
        except OSError as error:
            what = f"cannot read the folder: {error.strerror}"
            raise InputError(what, code="unreadable", where=show(root / folder)) from error
        for entry in entries:
            path, image = folder / entry.name, Path(entry.name).suffix.lower() in ENDINGS
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_symlink() and _leads_away(entry, inside, image=image):
                links.append(path)
            elif image:
                found.append(Found(path, state_of(root / path)))
            else:
                others.append(path)
    notes = (*_note(links, "link", "not followed"), *_note(others, "file", "of another format, left out"))
    if not found:
        hint = "; ".join([f"searched for {' '.join(sorted(ENDINGS))}, in folders below too", *notes])
        raise InputError("no images in this folder", code="no-images", where=show(root), hint=hint)
    return sorted(found, key=lambda file: os.fsencode(file.path.as_posix())), notes


def state_of(path: Path) -> State:
    """Return a file's state, zeros where there is none: reading it gives the reason."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def require_unchanged(path: Path, state: State) -> None:
    """Raise `InputError` where a file has another state than before."""
    if state_of(path) != state:
        what = "the file has changed since it was found"
        raise InputError(what, code="file-changed", where=show(path), hint="start again")


def _leads_away(link: os.DirEntry[str], inside: Path, *, image: bool) -> bool:
    """Return whether a link leads to a folder, or has an image's name and leaves the folder `inside`."""
    try:
        folder = link.is_dir()
    except OSError:  # it leads in a circle, or nobody may follow it: reading it gives the reason
        folder = False
    return folder or (image and not Path(os.path.realpath(link.path)).is_relative_to(inside))


def _note(paths: Sequence[Path], noun: str, said: str) -> tuple[str, ...]:
    """Return a note on what was left out."""
    names = few([show(one) for one in sorted(paths)])
    return (f"{len(paths)} {noun}{'s' if len(paths) > 1 else ''} {said}: {names}",) if paths else ()

"""The image files below a folder, and the state by which a change of one is noticed."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from restore.errors import InputError
from restore.images.image_file import NO_FORMATS, Formats
from restore.images.outputs import WRITTEN
from restore.images.reader import look
from restore.text import few, show

ENDINGS = frozenset({*WRITTEN, ".dib", ".jpe", ".pbm"})
"""Endings, in lower case, by which image files in a folder are recognised."""

State: TypeAlias = tuple[int, int]
"""Size of a file in bytes, and time of its last change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """An image file: its path below the folder that was scanned, and its state then."""

    path: Path
    state: State


def find_images(root: Path, formats: Formats = NO_FORMATS) -> tuple[list[Found], tuple[str, ...]]:
    """Return the image files below a folder, sorted by path, and notes on what was left out.

    They are recognised by their endings, those of `formats` among them; hidden names are left out, with a note where
    they are images. Links to folders are not followed, as what lies below `root` is found without them; links to files
    are, where they stay below `root`. Raises `InputError` for a folder that is missing, unreadable or without image
    files.
    """
    if not stat.S_ISDIR(look(root).st_mode):
        hint = "give the folder of the images"
        raise InputError("not a folder", code="not-a-directory", where=show(root), hint=hint)
    found: list[Found] = []
    links: list[Path] = []
    others: list[Path] = []
    hidden: list[Path] = []
    endings = ENDINGS | formats.keys()
    folders, inside = [Path()], Path(os.path.realpath(root))
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError as error:
            what = f"cannot read the folder: {error.strerror}"
            raise InputError(what, code="unreadable", where=show(root / folder)) from error
        for entry in entries:
            path, image = folder / entry.name, Path(entry.name).suffix.lower() in endings
            if entry.name.startswith("."):
                hidden += [path] if image and entry.is_file(follow_symlinks=False) else []
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_symlink() and _leads_away(entry, inside, image=image):
                links.append(path)
            elif image:
                found.append(Found(path, state_of(root / path)))
            else:
                others.append(path)
    notes = (*_named(links, "link", "not followed"), *_kinds(others), *_named(hidden, "hidden image", "not read"))
    if not found:
        hint = "; ".join([f"searched for {' '.join(sorted(endings))}, in folders below too", *notes])
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


def _named(paths: Sequence[Path], noun: str, said: str) -> tuple[str, ...]:
    """Return a note on what was left out, by name."""
    names = few([show(one) for one in sorted(paths)])
    return (f"{_count(paths, noun)} {said}: {names}",) if paths else ()


def _kinds(paths: Sequence[Path]) -> tuple[str, ...]:
    """Return a note on files of kinds that are not read: how many there are with each ending."""
    kinds = Counter(show(path.suffix.lower()) or "without ending" for path in paths)
    counted = few([f"{number} {kind}" for kind, number in sorted(kinds.items(), key=lambda one: (-one[1], one[0]))])
    verb = "is" if len(paths) == 1 else "are"
    return (f"{_count(paths, 'file')} {verb} not read: {counted}",) if paths else ()


def _count(paths: Sequence[Path], noun: str) -> str:
    return f"{len(paths)} {noun}{'s' if len(paths) > 1 else ''}"

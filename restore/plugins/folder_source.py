"""A folder of pictures as a data set."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import TypeAlias, TypeVar

from restore.errors import InputError, RequestError
from restore.images import ENDINGS, MAX_PIXELS, look, read
from restore.plugins.values import Json, Sample
from restore.text import did_you_mean, few, show

Grouping: TypeAlias = Callable[[PurePosixPath], str | None]
"""Gives the group of a picture from its path below the folder, None where the path does not tell."""

State: TypeAlias = tuple[int, int]
"""By which a change of a file is noticed: its size in bytes and its time of change in nanoseconds."""
_T = TypeVar("_T")

WORDS = ("auto", "folder", "file")
"""Groupings that have a name; any other text is a regular expression."""


@dataclass(frozen=True, slots=True)
class _File:
    """A picture found in a folder: path below it, size in bytes, time of change in nanoseconds."""

    path: Path
    size: int
    changed: int


class FolderSource:
    """The pictures below a folder, sorted by path, decoded on access: a `restore.plugins.values.Source`.

    `keys` are (id, group) of every picture, `labels` what their names tell, `notes` what the scan left out.
    `threadsafe`: samples may be decoded from several threads.
    """

    threadsafe = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        group: str | Grouping = "auto",
        groupings: Mapping[str, Grouping] | None = None,
        label: Callable[[PurePosixPath], Json] | None = None,
        max_pixels: int = MAX_PIXELS,
    ) -> None:
        """Scan the folder once.

        `group` is `folder` (the name of the folder a picture lies in), `file` (each picture its own), `auto` (the
        folder for pictures in folders below `path`, else the file), a regular expression searched in the file name,
        whose group `group`, or else first group, is the group; a name in `groupings`; or a function of the path below
        the folder. `label` gives the labels. Raises `InputError` for a folder that cannot be used, `RequestError` for a
        wrong `group`.
        """
        self.root, self.max_pixels = Path(path), max_pixels
        self._files, self.notes = scan(self.root)
        paths = [PurePosixPath(_text(file.path)) for file in self._files]
        groups = _groups(paths, group, groupings or {}, self.root)
        self.keys: Sequence[tuple[str, str]] = list(zip(map(str, paths), groups, strict=True))
        self.labels: Sequence[Json] = [label(one) if label else {} for one in paths]

    def __len__(self) -> int:
        """Return the number of pictures."""
        return len(self._files)

    def __getitem__(self, index: int, /) -> Sample:
        """Read picture `index`; raises `InputError` where it cannot be used or has changed since the scan."""
        import numpy as np

        name, group = self.keys[index]
        picture = self.read_with(partial(read, max_pixels=self.max_pixels), index)
        pixels = picture.pixels
        if picture.alpha is not None:
            pixels = np.concatenate([pixels, picture.alpha[..., None]], axis=2)
        return Sample(pixels, name, group, self.labels[index], notes=picture.notes)

    def read_with(self, reader: Callable[[Path], _T], index: int) -> _T:
        """Return what a reader of files makes of file `index`; raises `InputError` where it changed since the scan."""
        file = self._files[index]
        path = self.root / file.path
        made = reader(path)
        if state_of(path) != (file.size, file.changed):
            raise InputError(
                "the picture has changed since the folder was scanned", where=show(path), hint="start again"
            )
        return made

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of all names, groups, labels, sizes and times of change: the same text, the same data."""
        files = [(file.size, file.changed) for file in self._files]
        listing = json.dumps([list(self.keys), files, list(map(dict, self.labels))], sort_keys=True)
        return hashlib.sha256(listing.encode("utf-8", "backslashreplace")).hexdigest()


def scan(root: Path) -> tuple[list[_File], tuple[str, ...]]:
    """Return the pictures below a folder, sorted by path, and notes about what was left out.

    Known by their endings; hidden names are left out. Links to folders are not followed, as what lies below `root` is
    found without them; links to files are, where they stay below `root`. Raises `InputError` for a folder that is
    missing, cannot be read, or holds no picture.
    """
    if not stat.S_ISDIR(look(root).st_mode):
        raise InputError("this is no folder", where=show(root), hint="give the folder that holds the pictures")
    found: list[_File] = []
    left: list[Path] = []
    folders, inside = [Path()], Path(os.path.realpath(root))
    while folders:
        folder = folders.pop()
        try:
            entries = [one for one in os.scandir(root / folder) if not one.name.startswith(".")]
        except OSError as error:
            raise InputError(f"the folder cannot be read: {error.strerror}", where=show(root / folder)) from error
        for entry in entries:
            path, picture = folder / entry.name, Path(entry.name).suffix.lower() in ENDINGS
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_symlink() and _leads_away(entry, inside, picture=picture):
                left.append(path)
            elif picture:
                found.append(_File(path, *state_of(root / path)))
    if not found:
        endings = " ".join(sorted(ENDINGS))
        hint = "; ".join([f"looked for {endings}, in folders below too", *_left_out(left)])
        raise InputError("the folder holds no pictures", where=show(root), hint=hint)
    return sorted(found, key=lambda file: os.fsencode(file.path.as_posix())), _left_out(left)


def _leads_away(link: os.DirEntry[str], inside: Path, *, picture: bool) -> bool:
    """Return whether a link leads to a folder, or has a picture's name and leaves the folder `inside`."""
    try:
        folder = link.is_dir()
    except OSError:  # it leads in a circle, or nobody may follow it: reading it will say so
        folder = False
    return folder or (picture and not Path(os.path.realpath(link.path)).is_relative_to(inside))


def _left_out(links: Sequence[Path]) -> tuple[str, ...]:
    """Return a note about links that were not followed."""
    count = "1 link was" if len(links) == 1 else f"{len(links)} links were"
    return (f"{count} not followed: {few([show(one) for one in sorted(links)])}",) if links else ()


def state_of(path: Path) -> State:
    """Return a file's size and time of change, zeros where there is none: reading it will say why."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _text(path: Path) -> str:
    """Return a path as POSIX text that UTF-8 can hold; bytes that are no text become escapes."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _groups(
    paths: Sequence[PurePosixPath], group: str | Grouping, named: Mapping[str, Grouping], root: Path
) -> list[str]:
    """Return the group of every picture; one that a function does not know is its own."""
    group = named.get(group, group) if isinstance(group, str) else group
    if callable(group):
        return [group(path) or str(path) for path in paths]
    if group == "file":
        return [str(path) for path in paths]
    if group in ("auto", "folder"):
        lone = "" if group == "auto" else root.resolve().name or "."
        return [path.parent.name or lone or str(path) for path in paths]
    return _matches(paths, _pattern(group, (*named, *WORDS)), root)


def _pattern(text: str, words: Sequence[str]) -> re.Pattern[str]:
    """Compile a regular expression for groups; raises `RequestError` for what is none, and no word either."""
    where = f"group={text}"
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise RequestError(f"the group pattern is no regular expression: {error}", where=where) from error
    if not pattern.groups:
        hint = did_you_mean(text, words) or f"one of {', '.join(words)}, or a pattern such as ([0-9]+)_"
        raise RequestError("the group pattern has no group in parentheses", where=where, hint=hint)
    return pattern


def _matches(paths: Sequence[PurePosixPath], pattern: re.Pattern[str], root: Path) -> list[str]:
    """Return the groups that a pattern finds; raises `InputError` unless it finds one in every name."""
    key: str | int = "group" if "group" in pattern.groupindex else 1
    found = [pattern.search(path.name) for path in paths]
    groups = [match[key] if match else None for match in found]
    unmatched = [path.name for path, group in zip(paths, groups, strict=True) if not group]
    if unmatched:
        what = f"the group pattern {pattern.pattern} finds nothing in {len(unmatched)} of {len(paths)} names"
        raise InputError(what, where=show(root), hint=f"not in {few([show(name) for name in unmatched])}")
    return [group for group in groups if group]

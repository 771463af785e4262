"""A folder of images as a dataset."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import TypeAlias, TypeVar

from restore.errors import InputError, RequestError
from restore.images import MAX_PIXELS, NO_FORMATS, Formats, find_images, read, read_dpi, require_unchanged
from restore.plugins.values import Json, Sample
from restore.text import did_you_mean, few, show

Grouping: TypeAlias = Callable[[PurePosixPath], str | None]
"""Returns the group of an image from its path below the folder, None where the path does not show it."""

_T = TypeVar("_T")

WORDS = ("auto", "folder", "file")
"""Groupings with a name; any other text is a regular expression."""


class FolderSource:
    """The images below a folder, sorted by path, decoded on access: a `restore.plugins.values.Source`.

    `keys`: (id, group) of every image; `labels`: what their paths show; `notes`: what the scan left out; `threadsafe`:
    samples may be decoded from several threads.
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
        formats: Formats = NO_FORMATS,
    ) -> None:
        """Scan the folder once.

        `group` is `folder` (the name of an image's folder), `file` (each image its own), `auto` (the folder for images
        in folders below `path`, else the file), a regular expression searched in the file name, whose group `group`, or
        else first group, is the group; a name in `groupings`; or a function of the path below the folder. `label`
        returns the labels of a path. `formats` are read beside the toolkit's own: functions by ending, as those of
        `Format`. Raises `InputError` for a folder that cannot be used, `RequestError` for a wrong
        `group`.
        """
        self.root, self.max_pixels, self.formats = Path(path), max_pixels, formats
        self._files, self.notes = find_images(self.root, formats)
        paths = [PurePosixPath(_text(file.path)) for file in self._files]
        groups = _groups(paths, group, groupings or {}, self.root)
        self.keys: Sequence[tuple[str, str]] = list(zip(map(str, paths), groups, strict=True))
        self.labels: Sequence[Json] = [label(one) if label else {} for one in paths]

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self._files)

    def __getitem__(self, index: int, /) -> Sample:
        """Read image `index`; raises `InputError` where it cannot be used or has changed since the scan."""
        import numpy as np

        name, group = self.keys[index]
        picture = self.read_with(partial(read, max_pixels=self.max_pixels, formats=self.formats), index)
        pixels = picture.pixels
        if picture.alpha is not None:
            pixels = np.concatenate([pixels, picture.alpha[..., None]], axis=2)
        return Sample(pixels, name, group, self.labels[index], notes=picture.notes)

    def read_dpi(self, index: int) -> float | None:
        """Return the horizontal resolution in the header of image `index` in dots per inch, None where it has none."""
        return self.read_with(partial(read_dpi, formats=self.formats), index)

    def read_with(self, reader: Callable[[Path], _T], index: int) -> _T:
        """Return what a reader of files makes of file `index`; raises `InputError` where it has changed since the scan."""
        file = self._files[index]
        path = self.root / file.path
        made = reader(path)
        require_unchanged(path, file.state)
        return made

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of all names, groups, labels, sizes and times of change: the same text, the same data."""
        states = [file.state for file in self._files]
        listing = json.dumps([list(self.keys), states, list(map(dict, self.labels))], sort_keys=True)
        return hashlib.sha256(listing.encode("utf-8", "backslashreplace")).hexdigest()


def _text(path: Path) -> str:
    """Return a path as POSIX text in UTF-8; bytes that are not text become escapes."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _groups(
    paths: Sequence[PurePosixPath], group: str | Grouping, named: Mapping[str, Grouping], root: Path
) -> list[str]:
    """Return the group of every image; without one from a function, an image is its own."""
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
    """Compile a regular expression for groups; raises `RequestError` for a text that is neither that nor a word."""
    where = f"group={text}"
    try:
        pattern = re.compile(text)
    except re.error as error:
        what = f"the group pattern is not a regular expression: {error}"
        raise RequestError(what, code="bad-pattern", where=where) from error
    if not pattern.groups:
        hint = did_you_mean(text, words) or f"one of {', '.join(words)}, or a pattern such as ([0-9]+)_"
        raise RequestError("the group pattern has no (group)", code="bad-pattern", where=where, hint=hint)
    return pattern


def _matches(paths: Sequence[PurePosixPath], pattern: re.Pattern[str], root: Path) -> list[str]:
    """Return the groups that a pattern finds; raises `InputError` unless it matches every name."""
    key: str | int = "group" if "group" in pattern.groupindex else 1
    found = [pattern.search(path.name) for path in paths]
    groups = [match[key] if match else None for match in found]
    unmatched = [path.name for path, group in zip(paths, groups, strict=True) if not group]
    if unmatched:
        what = f"the group pattern {pattern.pattern} does not match {len(unmatched)} of {len(paths)} names"
        hint = f"not matched: {few([show(name) for name in unmatched])}"
        raise InputError(what, code="no-match", where=show(root), hint=hint)
    return [group for group in groups if group]

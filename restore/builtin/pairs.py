"""Clean images with damaged partners, in two folders, and optionally masks in a third."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import Field

from restore.api import Damaged, FolderSource, InputError, RequestError, Sample, Source, read_mask

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORDS = {"clean": "clean partner", "damaged": "damaged partner", "masks": "mask"}
"""How messages refer to an image of each folder."""


def pairs(
    path: Path | None,
    *,
    clean: Annotated[str, Field(description="folder of the clean images, below --data")] = "clean",
    damaged: Annotated[str, Field(description="folder of the damaged images, named like the clean ones")] = "damaged",
    masks: Annotated[
        str | None, Field(description="folder of masks, named like the damaged images; white = damaged")
    ] = None,
    name: Annotated[
        str | None, Field(description="regex on damaged names; its (group) is the clean name: (.+)_(?P<name>cut|spot)")
    ] = None,
    group: Annotated[
        str,
        Field(description="folder, file, auto (folder for images in subfolders, else file), or a regex with a (group)"),
    ] = "auto",
    max_pixels: Annotated[int, Field(ge=1, description="largest width times height of an image")] = 100_000_000,
) -> Source:
    """Open clean images with damaged partners: same path below their folders, extensions may differ.

    `name` is searched in the names of the damaged images, without extension: its first unnamed group is the name of the
    clean image; its groups `name` and `level` name the damage in the scores, by default the folder does. `group` is
    taken from the path of the clean image. Raises `RequestError` for folders or patterns that cannot be used,
    `InputError` where no image has a partner.
    """
    if path is None:
        hint = f"--data PATH, the folder that holds {clean} and {damaged}"
        raise RequestError("the dataset pairs needs a path", code="missing-data", where="pairs", hint=hint)
    folders = {"clean": clean, "damaged": damaged} | ({} if masks is None else {"masks": masks})
    naming = _Naming.of(name)
    return PairSource(_opened(path, folders, group, max_pixels), naming)


@dataclass(frozen=True)
class _Shelf:
    """One of the folders: how messages refer to its images, its path below the data, and its images."""

    word: str
    folder: PurePosixPath
    source: FolderSource

    @cached_property
    def ids(self) -> Sequence[str]:
        """The path of every image below the data."""
        return [str(self.folder / name) for name, _ in self.source.keys]

    @cached_property
    def _numbers(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, (name, _) in enumerate(self.source.keys):
            found[str(PurePosixPath(name).with_suffix(""))].append(number)
        return found

    def find(self, path: PurePosixPath, wanted_by: str) -> int:
        """Return the index of the image at `path`, whatever its extension; raises `InputError` for none or several."""
        found = self._numbers.get(str(path), ())
        if not found:
            what = f"no {self.word} {self.folder / path} with any extension"
            raise InputError(what, code="missing-partner", where=wanted_by)
        if len(found) > 1:
            names = " and ".join(self.ids[number] for number in found)
            raise InputError(f"more than one {self.word}: {names}", code="ambiguous-partner", where=wanted_by)
        return found[0]


@dataclass(frozen=True, slots=True)
class _Naming:
    """How the name of a clean image follows from that of a damaged one: equal, or the pattern's first unnamed group."""

    pattern: re.Pattern[str] | None
    group: int = 0

    @classmethod
    def of(cls, text: str | None) -> _Naming:
        """Return the naming by a pattern; raises `RequestError` for one without a group for the clean name."""
        if text is None:
            return cls(None)
        where = f"name={text}"
        try:
            pattern = re.compile(text)
        except re.error as error:
            what = f"the name pattern is not a regular expression: {error}"
            raise RequestError(what, code="bad-pattern", where=where) from error
        unnamed = {*range(1, pattern.groups + 1)} - {*pattern.groupindex.values()}
        if not unnamed:
            hint = "put the clean image's name in parentheses, as in (.+)_cut"
            what = "the name pattern has no group for the clean name"
            raise RequestError(what, code="bad-pattern", where=where, hint=hint)
        return cls(pattern, min(unnamed))

    def read(self, stem: str, ident: str) -> tuple[str, str, str]:
        """Return the clean name, and name and level of the damage, for the damaged image `ident`."""
        if self.pattern is None:
            return stem, "", ""
        found = self.pattern.search(stem)
        if not found or not found[self.group]:
            what = f"the name pattern {self.pattern.pattern} does not match"
            raise InputError(what, code="no-match", where=ident)
        named = found.groupdict(default="")
        return found[self.group], named.get("name", ""), named.get("level", "")


class _Pair(NamedTuple):
    """The partners of a damaged image, by index, and the name and level of its damage."""

    clean: int
    mask: int | None
    name: str
    level: str


class PairSource:
    """Damaged images with their clean partners: a `restore.plugins.values.Source`, decoded on access.

    The id of a pair is the path of the damaged image. Reading an image without a partner raises `InputError`.
    """

    threadsafe = True

    def __init__(self, shelves: Mapping[str, _Shelf], naming: _Naming) -> None:
        """Match all partners; raises `InputError` where no image has one, as the names then follow another pattern."""
        self._clean, self._damaged, self._masks = shelves["clean"], shelves["damaged"], shelves.get("masks")
        self._naming = naming
        self._pairs = [self._match(PurePosixPath(name)) for name, _ in self._damaged.source.keys]
        found = [pair for pair in self._pairs if isinstance(pair, _Pair)]
        if not found:
            first = self._pairs[0]
            assert isinstance(first, InputError)
            hint = "where names differ: name=PATTERN, whose (group) is the clean name, such as (.+)_cut"
            what = f"none of the {len(self)} images in {self._damaged.folder} has its partners"
            raise InputError(what, code="missing-partner", where=f"{first.where}: {first.what}", hint=hint)
        self.keys: Sequence[tuple[str, str]] = [
            (ident, self._clean.source.keys[pair.clean][1] if isinstance(pair, _Pair) else ident)
            for ident, pair in zip(self._damaged.ids, self._pairs, strict=True)
        ]
        self.notes = [note for shelf in shelves.values() for note in shelf.source.notes]
        self.notes += _lone(self._clean, {pair.clean for pair in found}, self._damaged)
        self.notes += _lone(self._masks, {pair.mask for pair in found}, self._damaged) if self._masks else []

    def __len__(self) -> int:
        """Return the number of damaged images."""
        return len(self._damaged.ids)

    def __getitem__(self, index: int, /) -> Sample:
        """Read pair `index`; raises `InputError` where a partner is missing or a file cannot be used."""
        (ident, group), pair = self.keys[index], self._pairs[index]
        if isinstance(pair, InputError):
            raise InputError(pair.what, code=pair.code, where=pair.where)
        sample, partner = self._clean.source[pair.clean], self._damaged.source[index]
        clean, damaged = sample.clean, partner.clean
        notes = [*sample.notes, *(f"damaged partner: {note}" for note in partner.notes)]
        mask = None
        if self._masks is not None and pair.mask is not None:
            shape, limit = damaged.shape[:2], self._masks.source.max_pixels
            mask = self._masks.source.read_with(partial(read_mask, shape=shape, max_pixels=limit), pair.mask)
        if clean.shape[:2] == damaged.shape[:2]:  # other sizes are refused where partners are prepared
            changed = _changed(clean, damaged)
            if mask is not None and (changed & ~mask).any():
                what = f"{(changed & ~mask).sum():,} of {changed.sum():,} changed pixels lie outside the mask"
                hint = "correct the mask, or use masks=none: then every pixel that differs counts as damaged"
                raise InputError(what, code="mask-mismatch", where=ident, hint=hint)
            notes += [] if changed.any() else ["the damaged partner equals the clean image"]
        given = Damaged(damaged, mask, name=pair.name, level=pair.level)
        return Sample(clean, ident, group, sample.labels, given, tuple(notes))

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the names, sizes and modification times of all files, and of the pairing."""
        sources = [shelf.source.fingerprint for shelf in (self._clean, self._damaged, self._masks) if shelf]
        listing = json.dumps([sources, self.keys, self._pairs], default=str)
        return hashlib.sha256(listing.encode("utf-8", "backslashreplace")).hexdigest()

    def _match(self, path: PurePosixPath) -> _Pair | InputError:
        """Return the partners of the damaged image at `path` below its folder, or why it has none."""
        ident = str(self._damaged.folder / path)
        try:
            stem, name, level = self._naming.read(path.stem, ident)
            clean = self._clean.find(path.parent / stem, ident)
            mask = self._masks.find(path.with_suffix(""), ident) if self._masks else None
        except InputError as error:
            return error
        return _Pair(clean, mask, name or self._damaged.folder.name, level)


def _opened(path: Path, folders: Mapping[str, str], group: str, max_pixels: int) -> Mapping[str, _Shelf]:
    """Scan the folders; raises `RequestError` for paths outside the data, `InputError` for folders that cannot be used."""
    where = ", ".join(f"{kind}={name}" for kind, name in folders.items())
    places = {kind: PurePosixPath(name) for kind, name in folders.items()}
    if any(place.is_absolute() or ".." in place.parts or not place.name for place in places.values()):
        hint = "--data PATH, the folder that holds them"
        raise RequestError("the folders must lie below --data", code="outside-data", where=where, hint=hint)
    if len(set(places.values())) < len(places):
        what = "clean images, damaged images and masks need separate folders"
        raise RequestError(what, code="same-folder", where=where)
    shelves, faults = {}, []
    for kind, place in places.items():
        try:
            source = FolderSource(path / place, group=group if kind == "clean" else "file", max_pixels=max_pixels)
        except InputError as error:
            faults.append(error)
        else:
            shelves[kind] = _Shelf(WORDS[kind], place, source)
    if faults:
        hint = next((one.hint for one in faults if one.hint), "name them: pairs:clean=NAME,damaged=NAME")
        if len(faults) == 1:
            raise InputError(faults[0].what, code=faults[0].code, where=faults[0].where, hint=hint)
        listed = "; ".join(one.line for one in faults)
        raise InputError(f"{len(faults)} folders cannot be used", code=faults[0].code, where=listed, hint=hint)
    return shelves


def _lone(shelf: _Shelf, used: set[int] | set[int | None], others: _Shelf) -> list[str]:
    """Return a note on the images of a shelf without a partner."""
    lone = [ident for number, ident in enumerate(shelf.ids) if number not in used]
    return [f"{len(lone)} in {shelf.folder} without a {others.word}, such as {lone[0]}"] if lone else []


def _changed(clean: NDArray[np.float32], damaged: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where the colours of two images (H, W, C) differ, bool (H, W); alpha, the last of 2 or 4 channels, is ignored."""
    one, other = (image[..., : image.shape[2] - 1 + image.shape[2] % 2] for image in (clean, damaged))
    changed: NDArray[np.bool_] = (one != other).any(axis=-1)
    return changed

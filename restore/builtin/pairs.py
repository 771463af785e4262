"""Pictures with their damaged partners: two folders, perhaps a third of masks."""

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
"""What a picture of each folder is to the others."""


def pairs(
    path: Path | None,
    *,
    clean: Annotated[str, Field(description="folder of the clean pictures, below the data's")] = "clean",
    damaged: Annotated[str, Field(description="folder of the damaged ones, called like the clean ones")] = "damaged",
    masks: Annotated[str | None, Field(description="folder of masks called like the damaged, white = damaged")] = None,
    name: Annotated[
        str | None, Field(description="pattern for damaged names, its (group) the clean one: (.+)_(?P<name>cut|spot)")
    ] = None,
    group: Annotated[
        str, Field(description="folder, file, auto (folder where there are folders), or a pattern with a (group)")
    ] = "auto",
    max_pixels: Annotated[int, Field(ge=1, description="width times height that a picture may have")] = 100_000_000,
) -> Source:
    """Open pictures with damaged partners, which have the same path below their folders but for the ending.

    `name` is searched in the names of damaged pictures, without ending: its first group without a name is the name
    of the clean one; what its groups `name` and `level` find names the damage in the scores, else the folder does.
    `group` is judged by the path of the clean picture.
    """
    if path is None:
        hint = f"say which holds the folders {clean} and {damaged}: --data PATH"
        raise RequestError("this data set is a folder of yours", where="pairs", hint=hint)
    folders = {"clean": clean, "damaged": damaged} | ({} if masks is None else {"masks": masks})
    naming = _Naming.of(name)
    return PairSource(_opened(path, folders, group, max_pixels), naming)


@dataclass(frozen=True)
class _Shelf:
    """One of the folders: what its pictures are called, its path below the data's, and its pictures."""

    word: str
    folder: PurePosixPath
    source: FolderSource

    @cached_property
    def ids(self) -> Sequence[str]:
        """The path of every picture below the data's folder."""
        return [str(self.folder / name) for name, _ in self.source.keys]

    @cached_property
    def _numbers(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, (name, _) in enumerate(self.source.keys):
            found[str(PurePosixPath(name).with_suffix(""))].append(number)
        return found

    def find(self, path: PurePosixPath, wanted_by: str) -> int:
        """Return the number of the one picture at `path` but for its ending; raises `InputError` where there is none."""
        found = self._numbers.get(str(path), ())
        if not found:
            raise InputError(f"there is no {self.word} {self.folder / path} of any ending", where=wanted_by)
        if len(found) > 1:
            names = " and ".join(self.ids[number] for number in found)
            raise InputError(f"there is more than one {self.word}: {names}", where=wanted_by)
        return found[0]


@dataclass(frozen=True, slots=True)
class _Naming:
    """How a clean picture is called beside a damaged one: alike, or what the first group without a name finds."""

    pattern: re.Pattern[str] | None
    group: int = 0

    @classmethod
    def of(cls, text: str | None) -> _Naming:
        """Return the naming that a pattern tells; raises `RequestError` for one that cannot tell the clean name."""
        if text is None:
            return cls(None)
        where = f"name={text}"
        try:
            pattern = re.compile(text)
        except re.error as error:
            raise RequestError(f"the name pattern is no regular expression: {error}", where=where) from error
        unnamed = {*range(1, pattern.groups + 1)} - {*pattern.groupindex.values()}
        if not unnamed:
            hint = "put what is the clean picture's name in parentheses, such as (.+)_cut"
            raise RequestError("the name pattern has no group for the clean name", where=where, hint=hint)
        return cls(pattern, min(unnamed))

    def read(self, stem: str, ident: str) -> tuple[str, str, str]:
        """Return the clean name, and name and level of the damage, from the name of the damaged picture `ident`."""
        if self.pattern is None:
            return stem, "", ""
        found = self.pattern.search(stem)
        if not found or not found[self.group]:
            raise InputError(f"the name pattern {self.pattern.pattern} finds nothing in its name", where=ident)
        told = found.groupdict(default="")
        return found[self.group], told.get("name", ""), told.get("level", "")


class _Pair(NamedTuple):
    """The partners of a damaged picture, by their numbers, and how the damage is called."""

    clean: int
    mask: int | None
    name: str
    level: str


class PairSource:
    """Damaged pictures with their clean partners: a `restore.plugins.values.Source`, decoded on access.

    The id of a pair is the path of the damaged picture. What has no partner is told when it is read.
    """

    threadsafe = True

    def __init__(self, shelves: Mapping[str, _Shelf], naming: _Naming) -> None:
        """Find all partners; raises `InputError` where there are none at all, so that the names are others."""
        self._clean, self._damaged, self._masks = shelves["clean"], shelves["damaged"], shelves.get("masks")
        self._naming = naming
        self._pairs = [self._match(PurePosixPath(name)) for name, _ in self._damaged.source.keys]
        found = [pair for pair in self._pairs if isinstance(pair, _Pair)]
        if not found:
            first = self._pairs[0]
            assert isinstance(first, InputError)
            hint = "where names differ, say how: name=PATTERN, whose group is the clean name, such as (.+)_cut"
            what = f"none of the {len(self)} pictures in {self._damaged.folder} has its partners"
            raise InputError(what, where=f"{first.where}: {first.what}", hint=hint)
        self.keys: Sequence[tuple[str, str]] = [
            (ident, self._clean.source.keys[pair.clean][1] if isinstance(pair, _Pair) else ident)
            for ident, pair in zip(self._damaged.ids, self._pairs, strict=True)
        ]
        self.notes = [note for shelf in shelves.values() for note in shelf.source.notes]
        self.notes += _lone(self._clean, {pair.clean for pair in found}, self._damaged)
        self.notes += _lone(self._masks, {pair.mask for pair in found}, self._damaged) if self._masks else []

    def __len__(self) -> int:
        """Return the number of damaged pictures."""
        return len(self._damaged.ids)

    def __getitem__(self, index: int, /) -> Sample:
        """Read pair `index`; raises `InputError` where it is none, or a file of it cannot be used."""
        (ident, group), pair = self.keys[index], self._pairs[index]
        if isinstance(pair, InputError):
            raise InputError(pair.what, where=pair.where)
        sample, partner = self._clean.source[pair.clean], self._damaged.source[index]
        clean, damaged = sample.clean, partner.clean
        notes = [*sample.notes, *(f"damaged partner: {note}" for note in partner.notes)]
        mask = None
        if self._masks is not None and pair.mask is not None:
            shape, limit = damaged.shape[:2], self._masks.source.max_pixels
            mask = self._masks.source.read_with(partial(read_mask, shape=shape, max_pixels=limit), pair.mask)
        if clean.shape[:2] == damaged.shape[:2]:  # another size is told where partners are prepared
            changed = _changed(clean, damaged)
            if mask is not None and (changed & ~mask).any():
                what = f"{(changed & ~mask).sum():,} of {changed.sum():,} changed pixels lie outside the mask"
                hint = "mend the mask, or take masks=none: then damaged is what differs"
                raise InputError(what, where=ident, hint=hint)
            notes += [] if changed.any() else ["the damaged partner equals the clean picture"]
        told = Damaged(damaged, mask, name=pair.name, level=pair.level)
        return Sample(clean, ident, group, sample.labels, told, tuple(notes))

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of all files' names, sizes and times of change, and of who belongs to whom."""
        sources = [shelf.source.fingerprint for shelf in (self._clean, self._damaged, self._masks) if shelf]
        listing = json.dumps([sources, self.keys, self._pairs], default=str)
        return hashlib.sha256(listing.encode("utf-8", "backslashreplace")).hexdigest()

    def _match(self, path: PurePosixPath) -> _Pair | InputError:
        """Return the partners of the damaged picture at `path` below its folder, or why it has none."""
        ident = str(self._damaged.folder / path)
        try:
            stem, name, level = self._naming.read(path.stem, ident)
            clean = self._clean.find(path.parent / stem, ident)
            mask = self._masks.find(path.with_suffix(""), ident) if self._masks else None
        except InputError as error:
            return error
        return _Pair(clean, mask, name or self._damaged.folder.name, level)


def _opened(path: Path, folders: Mapping[str, str], group: str, max_pixels: int) -> Mapping[str, _Shelf]:
    """Scan the folders; raises `RequestError` for names that lead elsewhere, `InputError` for what cannot be used."""
    where = ", ".join(f"{kind}={name}" for kind, name in folders.items())
    places = {kind: PurePosixPath(name) for kind, name in folders.items()}
    if any(place.is_absolute() or ".." in place.parts or not place.name for place in places.values()):
        raise RequestError("these folders lie below the data's", where=where, hint="--data says which holds them")
    if len(set(places.values())) < len(places):
        raise RequestError("clean pictures, damaged ones and masks lie in folders of their own", where=where)
    shelves, faults = {}, []
    for kind, place in places.items():
        try:
            source = FolderSource(path / place, group=group if kind == "clean" else "file", max_pixels=max_pixels)
        except InputError as error:
            faults.append(error)
        else:
            shelves[kind] = _Shelf(WORDS[kind], place, source)
    if faults:
        hint = next((one.hint for one in faults if one.hint), "say what they are called: pairs:clean=NAME,damaged=NAME")
        if len(faults) == 1:
            raise InputError(faults[0].what, where=faults[0].where, hint=hint)
        told = "; ".join(f"{one.where}: {one.what}" for one in faults)
        raise InputError(f"{len(faults)} folders cannot be used", where=told, hint=hint)
    return shelves


def _lone(shelf: _Shelf, used: set[int] | set[int | None], others: _Shelf) -> list[str]:
    """Return a note on the pictures of a shelf that no other one belongs to."""
    lone = [ident for number, ident in enumerate(shelf.ids) if number not in used]
    return [f"{len(lone)} in {shelf.folder} without a {others.word}, such as {lone[0]}"] if lone else []


def _changed(clean: NDArray[np.float32], damaged: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return where the colours of two images (H, W, C) differ, bool (H, W); alpha, last of 2 or 4, is no colour."""
    one, other = (image[..., : image.shape[2] - 1 + image.shape[2] % 2] for image in (clean, damaged))
    changed: NDArray[np.bool_] = (one != other).any(axis=-1)
    return changed

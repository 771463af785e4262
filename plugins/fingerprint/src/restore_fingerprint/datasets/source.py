"""Prints of a folder, alone or with damaged partners, cropped and looked at as they are decoded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.api import Damaged, FolderSource, Sample, read_dpi
from restore_fingerprint.datasets.crop import Cropping, find_crop
from restore_fingerprint.datasets.dpi import doubts

LOOK = "prints 2"
"""Another number tells caches that prints are cropped, or looked at, otherwise than before."""


@dataclass(frozen=True, slots=True)
class Partner:
    """The damaged partner of a print: its number in the folder, and how the damage is called."""

    number: int
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A print that is taken from a folder: its number there, group, labels, perhaps its partner and dots per inch."""

    number: int
    group: str
    labels: Mapping[str, Any] = field(default_factory=dict)
    partner: Partner | None = None
    dpi: float | None = None


class PrintSource:
    """Prints picked from a folder: a `restore.api.Source`, decoded on access.

    The id is the path of the picture, in pairs that of the damaged one. Partners are cropped alike, by the clean one.
    Notes on a clean picture are made where it is first picked, and its dots per inch checked for the first of a group.
    """

    threadsafe = True

    def __init__(self, folder: FolderSource, picks: Sequence[Pick], crop: Cropping, notes: Sequence[str] = ()) -> None:
        """Take `picks` from a folder, `crop` off each; `notes` are told besides those of the folder."""
        self._folder, self._picks, self._crop = folder, picks, crop
        self.notes = [*folder.notes, *notes]
        shown = [one.partner.number if one.partner else one.number for one in picks]
        self.keys: Sequence[tuple[str, str]] = [
            (folder.keys[number][0], one.group) for number, one in zip(shown, picks, strict=True)
        ]
        last_to_first = [*enumerate(picks)][::-1]
        self._first = {one.number: place for place, one in last_to_first}
        self._checked = {one.group: place for place, one in last_to_first}

    def __len__(self) -> int:
        """Return the number of prints, or of pairs."""
        return len(self._picks)

    def __getitem__(self, index: int, /) -> Sample:
        """Read print `index`; raises `InputError` where a file of it cannot be used."""
        (ident, group), pick = self.keys[index], self._picks[index]
        sample = self._folder[pick.number]
        crop = find_crop(sample.clean, self._crop)
        clean = crop.cut(sample.clean)
        labels = dict(pick.labels)
        if pick.dpi is not None:
            labels["dpi"] = pick.dpi
        if self._crop != "none":
            labels["crop"] = crop.to_json()
        notes = [*sample.notes]
        notes += ["only two grey values"] if self._first[pick.number] == index and _is_black_and_white(clean) else []
        notes += self._doubts(pick, clean) if self._checked[group] == index else []
        if pick.partner is None:
            return Sample(clean, ident, group, labels, notes=notes)
        partner = self._folder[pick.partner.number]
        notes += [f"damaged partner: {note}" for note in partner.notes]
        damaged = partner.clean
        if damaged.shape[:2] != crop.of:  # told where partners are prepared, with both sizes
            clean = sample.clean
        else:
            damaged = crop.cut(damaged)
            notes += [] if _differ(clean, damaged) else ["the damaged partner equals the clean picture"]
        told = Damaged(damaged, name=pick.partner.name, level=pick.partner.level)
        return Sample(clean, ident, group, labels, told, notes)

    @property
    def labels(self) -> Sequence[Mapping[str, Any]]:
        """What names and folders tell of every print."""
        return [one.labels for one in self._picks]

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the folder's listing, of what was picked from it and of how it is looked at."""
        listing = json.dumps([LOOK, self._folder.fingerprint, [asdict(one) for one in self._picks], self._crop])
        return hashlib.sha256(listing.encode("utf-8", "backslashreplace")).hexdigest()

    def _doubts(self, pick: Pick, clean: NDArray[np.float32]) -> Iterator[str]:
        """Yield a note for dots per inch that cannot be true of a clean print, float32 (H, W, C) in [0, 1]."""
        told = {"the header's": self._folder.read_with(read_dpi, pick.number), "the": pick.dpi}
        yield from doubts(clean[..., 0], {who: dpi for who, dpi in told.items() if dpi})


def _is_black_and_white(image: NDArray[np.float32]) -> bool:
    """Return whether a picture has just two grey values, as after a threshold."""
    grey = image[..., 0]
    low, high = grey.min(), grey.max()
    return bool(low < high and ((grey == low) | (grey == high)).all())


def _differ(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Return whether the first colours of two pictures of a size differ anywhere; alpha is no colour."""
    return bool((one[..., 0] != other[..., 0]).any())

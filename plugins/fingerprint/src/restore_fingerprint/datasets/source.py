"""Prints of a folder, alone or with damaged counterparts, cropped and checked as they are decoded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.api import Damaged, FolderSource, Sample
from restore_fingerprint.datasets.crop import Cropping, find_crop, finger_in
from restore_fingerprint.datasets.dpi import doubts, halved, resampled

LOOK = "prints 3"
"""Version of cropping and checks; a new number invalidates cached images."""
BINARY = "only two grey values"
"""Note on an image that is black and white."""
UNCHANGED = "the damaged image equals the clean one"
"""Note on a pair without a difference."""


@dataclass(frozen=True, slots=True)
class Partner:
    """The damaged counterpart of a print: its index in the folder, and the name and level of the damage."""

    number: int
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A print selected from a folder: index, group, labels, and damaged counterpart and resolution in dpi, if any."""

    number: int
    group: str
    labels: Mapping[str, Any] = field(default_factory=dict)
    partner: Partner | None = None
    dpi: float | None = None


class PrintSource:
    """Prints picked from a folder: a `restore.api.Source`, decoded on access.

    The id is the path of the image, in pairs that of the damaged one. Both images of a pair get the crop found on the
    clean one. A print whose header states twice the resolution of its pick is halved, its counterpart with it. A clean
    image is noted only where it first appears; the resolution is checked once per group.
    """

    threadsafe = True

    def __init__(self, folder: FolderSource, picks: Sequence[Pick], crop: Cropping, notes: Sequence[str] = ()) -> None:
        """Select `picks` from a folder and `crop` each; `notes` are added to those of the folder."""
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
        """Read print `index`; raises `InputError` where one of its files cannot be used."""
        (ident, group), pick = self.keys[index], self._picks[index]
        sample = self._folder[pick.number]
        header = self._folder.read_dpi(pick.number) if pick.dpi or self._checked[group] == index else None
        image, notes = resampled(sample.clean, header, pick.dpi)
        is_half = image is not sample.clean
        crop = find_crop(image, self._crop)
        clean = crop.cut(image)
        labels = dict(pick.labels)
        if pick.dpi is not None:
            labels["dpi"] = pick.dpi
        if self._crop != "none":
            labels["crop"] = crop.to_json()
        notes = [*sample.notes, *notes]
        notes += [BINARY] if self._first[pick.number] == index and _is_binary(clean) else []
        if self._checked[group] == index:
            stated = {"the file header": (header or 0) / (1 + is_half), "the dataset": pick.dpi}
            notes += doubts(clean[..., 0], {where: dpi for where, dpi in stated.items() if dpi})
        if pick.partner is None:
            return Sample(clean, ident, group, labels, notes=notes)
        partner = self._folder[pick.partner.number]
        notes += [f"damaged image: {note}" for note in partner.notes]
        same_size = partner.clean.shape == sample.clean.shape
        damaged = halved(partner.clean) if is_half and same_size else partner.clean
        if damaged.shape[:2] != crop.of:  # reported with both sizes where pairs are prepared
            clean = image
        else:
            damaged = crop.cut(damaged)
            notes += [] if _differ(clean, damaged) else [UNCHANGED]
        altered = Damaged(damaged, name=pick.partner.name, level=pick.partner.level)
        return Sample(clean, ident, group, labels, altered, notes)

    def content(self, image: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return where a clean print, float32 (H, W, C) in [0, 1], shows the finger, bool (H, W)."""
        return finger_in(image)

    @property
    def labels(self) -> Sequence[Mapping[str, Any]]:
        """Labels of every print, from its file name and folders."""
        return [one.labels for one in self._picks]

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the folder's listing, the selection, the crop and `LOOK`."""
        listing = json.dumps([LOOK, self._folder.fingerprint, [asdict(one) for one in self._picks], self._crop])
        return hashlib.sha256(listing.encode("utf-8", "backslashreplace")).hexdigest()


def ignored(paths: Sequence[str], why: str) -> Iterator[str]:
    """Yield a note on images that were not selected, with their number and the first of them; none for no images."""
    if paths:
        yield f"{len(paths)} image{'s' * (len(paths) != 1)} ignored ({why}), such as {paths[0]}"


def _is_binary(image: NDArray[np.float32]) -> bool:
    """Return whether an image has exactly two grey values, as after a threshold."""
    grey = image[..., 0]
    low, high = grey.min(), grey.max()
    return bool(low < high and ((grey == low) | (grey == high)).all())


def _differ(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Return whether the first channels of two images of equal size differ anywhere; alpha is ignored."""
    return bool((one[..., 0] != other[..., 0]).any())

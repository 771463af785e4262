"""How images are taken and divided: as a seed draws or a user says, and nobody tested whom earlier runs learned from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from restore.errors import RequestError
from restore.pipeline.data.split import (
    BY_IMAGE,
    SETS,
    SHARES,
    TEST,
    TRAIN,
    Indices,
    split,
    split_as_said,
    take,
    twins_of,
)
from restore.plugins.components import SplitBy
from restore.text import did_you_mean, few

OPTION = "--split"


@dataclass(frozen=True, slots=True)
class Learned:
    """What earlier runs trained on or validated with: its set, `train` or `validation`, by group and by SHA-256 of an image."""

    groups: Mapping[str, str] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)

    def held(self, groups: Sequence[str], pixels: Sequence[str] = ()) -> dict[str, str]:
        """Return the set of each group that was learned from, by name or by an image; `pixels[i]` is the hash of image i."""
        held = {group: self.groups[group] for group in groups if group in self.groups}
        for group, hashed in zip(groups, pixels, strict=False):
            if hashed in self.sha256 and held.get(group) != TRAIN:
                held[group] = self.sha256[hashed]
        return held


NOTHING = Learned()


@dataclass(frozen=True, slots=True)
class Division:
    """What decides which images are in which set.

    `said`: the set of each group, where a user says it; other groups are left out. `whole`: all images are tested. `by`
    `image`, each image is a group of its own.
    """

    seed: int = 0
    limit: int | None = None
    said: Mapping[str, str] | None = None
    learned: Learned = NOTHING
    whole: bool = False
    by: SplitBy = "group"

    def unit(self, ident: str, group: str) -> str:
        """Return what an image is divided by: its group, or itself."""
        return ident if self.by == "image" else group

    def take(self, groups: Sequence[str]) -> list[int]:
        """Return the indices of the images that are used, `groups[i]` being the group of image i."""
        kept = [i for i, group in enumerate(groups) if self.said is None or group in self.said]
        return [kept[place] for place in take([groups[i] for i in kept], self.limit, self.seed)]

    def divide(self, groups: Sequence[str], pixels: Sequence[str] = ()) -> Indices:
        """Return the indices of training, validation and test set, `pixels[i]` being the hash of image i, once known.

        Raises `RequestError` where a set stays empty, or where those who are said to be tested were learned from.
        """
        held = self.learned.held(groups, pixels)
        if self.whole:
            tested = [i for i, group in enumerate(groups) if group not in held]
            if held and not tested:
                what, hint = "earlier runs trained or validated on all of its groups", "use images of other groups"
                raise RequestError(what, code="nothing-to-test", hint=hint)
            return [], [], tested
        twins = twins_of(groups, pixels) if pixels else []
        if self.said is None:
            return split(groups, twins, self.seed, held, BY_IMAGE if self.by == "image" else SHARES)
        known = sorted(group for group in held if self.said[group] == TEST)
        if known:
            what = f"earlier runs trained or validated on {_count(len(known), 'group')} of the test set: {few(known)}"
            hint = "put them into train or validation"
            raise RequestError(what, code="learned-before", where=OPTION, hint=hint)
        return split_as_said(groups, twins, self.said)

    def require_known(self, groups: Iterable[str]) -> None:
        """Raise `RequestError` where the user names groups that are not among those of the data."""
        there = set(groups)
        unknown = sorted(group for group in self.said or () if group not in there)
        if unknown:
            what = f"the data has no {'group' if len(unknown) == 1 else 'groups'} {few(unknown)}"
            hint = did_you_mean(unknown[0], there) or f"its groups: {few(sorted(there))}"
            raise RequestError(what, code="unknown-group", where=OPTION, hint=hint)

    def remarks(self, everything: Sequence[str], groups: Sequence[str], pixels: Sequence[str]) -> Iterator[str]:
        """Yield what is left out, `everything` being the group of each image of the data, and what is not tested."""
        if self.said is not None:
            out = [group for group in everything if group not in self.said]
            names = sorted(set(out))
            if names:
                yield f"{_count(len(out), 'image')} left out: the split does not list {_count(len(names), 'group')} ({few(names)})"
        held = self.learned.held(groups, pixels)
        if held:
            images = sum(group in held for group in groups)
            alone = sum(group not in self.learned.groups for group in held)
            by = f" ({alone} recognised by pixels alone)" if alone else ""
            where = "left out" if self.whole else "kept out of the test set"
            yield f"{_count(images, 'image')} {where}: earlier runs trained or validated on {_count(len(held), 'group')}{by}"


def sets_by_group(sets: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the set of each group, from the groups of each set."""
    return {group: name for name in SETS for group in sets[name]}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

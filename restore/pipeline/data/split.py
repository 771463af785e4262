"""Splitting a dataset by whole groups: to a limit, and into training, validation and test set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType

from restore.errors import RequestError
from restore.randomness import digest
from restore.text import few

SHARES = (0.70, 0.15, 0.15)
"""Shares of the images in training, validation and test set."""
BY_IMAGE = (0.80, 0.10, 0.10)
"""The shares where images are split and not groups: four fifths in training, as is usual in tutorials."""
Shares = tuple[float, float, float]
Blocks = list[list[str]]
"""Groups that stay together, several blocks of them."""
Indices = tuple[list[int], list[int], list[int]]
TRAIN, VALIDATION, TEST = SETS = ("train", "validation", "test")
NOTHING: Mapping[str, str] = MappingProxyType({})


def in_order(groups: Iterable[str], seed: int) -> list[str]:
    """Return the distinct groups in the order of SHA-256(seed, group)."""
    return sorted(set(groups), key=lambda group: (digest(seed, group), group))


def take(groups: Sequence[str], limit: int | None, seed: int) -> list[int]:
    """Return the indices of the images within a limit, `groups[i]` being the group of image i.

    Whole groups are taken, in order, while there are fewer than `limit` images: the last one may exceed it, so that no
    group is split and a smaller limit always takes a subset of a larger one's images.
    """
    if limit is None:
        return list(range(len(groups)))
    sizes, taken, total = Counter(groups), set[str](), 0
    for group in in_order(groups, seed):
        if total >= limit:
            break
        taken.add(group)
        total += sizes[group]
    return [index for index, group in enumerate(groups) if group in taken]


def split(
    groups: Sequence[str],
    twins: Sequence[Sequence[str]],
    seed: int,
    held: Mapping[str, str] = NOTHING,
    shares: Shares = SHARES,
) -> Indices:
    """Return the indices of training, validation and test set, with `shares` of the images, none of them empty.

    `twins` are groups that share an image and stay together. The groups, in order, are split where the shares are met
    best. `held`: the set, not the test, of groups that are in one already. Raises `RequestError` for fewer groups than
    sets have to be filled.
    """
    blocks = _blocks(groups, twins, seed)
    sizes = Counter(groups)
    if any(group in held for group in sizes):
        return _indices(groups, _filled(blocks, sizes, held, shares))
    if len(blocks) < len(SETS):
        raise _too_few(groups, len(blocks))
    totals = list(accumulate(sum(sizes[group] for group in block) for block in blocks))
    first = _nearest(totals, shares[0] * totals[-1], 1, len(blocks) - 2)
    second = _nearest(totals, (shares[0] + shares[1]) * totals[-1], first + 1, len(blocks) - 1)
    return _indices(groups, (blocks[:first], blocks[first:second], blocks[second:]))


def split_as_said(groups: Sequence[str], twins: Sequence[Sequence[str]], said: Mapping[str, str]) -> Indices:
    """Return the indices of training, validation and test set, `said` being the set of every group.

    Raises `RequestError` where groups that share an image are in two sets, or a set is empty.
    """
    torn = [f"{' and '.join(one)}" for one in twins if len({said[group] for group in one}) > 1]
    if torn:
        what = f"groups in different sets share an image: {few(torn, 3)}"
        raise RequestError(what, code="shared-image", where="--split", hint="put them into the same set")
    parts: tuple[Blocks, Blocks, Blocks] = ([], [], [])
    for group in sorted(set(groups)):
        parts[SETS.index(said[group])].append([group])
    empty = [name for name, part in zip(SETS, parts, strict=True) if not part]
    if empty:
        what = f"no group is left in {' or '.join(empty)}"
        raise RequestError(what, code="too-few-groups", where="--split", hint="use a larger --limit")
    return _indices(groups, parts)


def twins_of(groups: Sequence[str], pixels: Sequence[str]) -> list[list[str]]:
    """Return the sets of groups that share an image, `pixels[i]` being the hash of image i."""
    shared: dict[str, set[str]] = defaultdict(set)
    for group, hashed in zip(groups, pixels, strict=True):
        shared[hashed].add(group)
    return sorted(sorted(one) for one in shared.values() if len(one) > 1)


def _indices(groups: Sequence[str], parts: Sequence[Blocks]) -> Indices:
    """Return the indices of the images of each part."""
    part_of = {group: number for number, part in enumerate(parts) for block in part for group in block}
    indices: Indices = ([], [], [])
    for index, group in enumerate(groups):
        indices[part_of[group]].append(index)
    return indices


def _filled(
    blocks: Blocks, sizes: Mapping[str, int], held: Mapping[str, str], shares: Shares
) -> tuple[Blocks, Blocks, Blocks]:
    """Return the blocks of each set where some are in one already: the others, in order, fill up their shares.

    The test is filled first, so that the same data keep their test. Raises `RequestError` where too few
    others are left.
    """
    parts: tuple[Blocks, Blocks, Blocks] = ([], [], [])
    free: Blocks = []
    for block in blocks:
        sets = {held[group] for group in block if group in held}
        (parts[0] if TRAIN in sets else parts[1] if sets else free).append(block)
    missing = sum(not part for part in parts)
    if len(free) < missing:
        what = "no group is left to test: earlier runs trained or validated on all of them"
        if free:
            what = f"{len(free)} of {missing} groups are left: earlier runs trained or validated on the others"
        where = f"{sum(sizes.values())} images in {len(sizes)} groups"
        raise RequestError(what, code="nothing-to-test", where=where, hint="use data with other groups")
    images = [sum(sizes[group] for block in part for group in block) for part in parts]
    totals = list(accumulate(sum(sizes[group] for group in block) for block in free))
    everything = sum(sizes.values())
    wanted = [shares[0] * everything - images[0], (shares[0] + shares[1]) * everything - images[0] - images[1]]
    low = [int(not parts[0]), int(not parts[0]) + int(not parts[1])]
    second = _nearest(totals, wanted[1], low[1], len(free) - 1)
    first = _nearest(totals, wanted[0], low[0], second - int(not parts[1]))
    return [*parts[0], *free[:first]], [*parts[1], *free[first:second]], free[second:]


def _blocks(groups: Sequence[str], twins: Sequence[Sequence[str]], seed: int) -> Blocks:
    """Return the groups in order, those that stay together as one block at the place of the first."""
    order = in_order(groups, seed)
    if not twins:
        return [[group] for group in order]
    from scipy.cluster.hierarchy import DisjointSet

    together = DisjointSet(order)
    for first, *others in twins:
        for other in others:
            together.merge(first, other)
    blocks: dict[str, list[str]] = defaultdict(list)
    for group in order:
        blocks[together[group]].append(group)
    return list(blocks.values())


def _nearest(totals: Sequence[int], wanted: float, low: int, high: int) -> int:
    """Return how many blocks, from `low` to `high`, hold closest to `wanted` images; `totals[0]` are those of one."""
    return min(range(low, high + 1), key=lambda count: abs((totals[count - 1] if count else 0) - wanted))


def _too_few(groups: Sequence[str], blocks: int) -> RequestError:
    """Return the error for groups that do not suffice for three parts."""
    names = sorted(set(groups))
    shared = f", of which {blocks} can be separated: the others share images" if blocks < len(names) else ""
    where = f"{len(groups)} images in {len(names)} group{'s' * (len(names) != 1)}: {few(names)}"
    hint = "use data with more groups, or a larger --limit"
    return RequestError(
        f"a split needs {len(SETS)} groups, found {len(names)}{shared}", code="too-few-groups", where=where, hint=hint
    )

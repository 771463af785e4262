"""Splitting a dataset by whole groups: to a limit, and into training, validation and test set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from restore.errors import RequestError
from restore.randomness import digest
from restore.text import few

SHARES = (0.70, 0.15, 0.15)
"""Shares of the images in training, validation and test set."""
Indices = tuple[list[int], list[int], list[int]]


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


def split(groups: Sequence[str], twins: Sequence[Sequence[str]], seed: int) -> Indices:
    """Return the indices of training, validation and test set, 70/15/15 by images, none of them empty.

    `twins` are groups that share an image and stay together. The groups, in order, are split where the shares are met
    best. Raises `RequestError` for fewer than three separable groups.
    """
    blocks = _blocks(groups, twins, seed)
    if len(blocks) < len(SHARES):
        raise _too_few(groups, len(blocks))
    sizes = Counter(groups)
    totals = list(accumulate(sum(sizes[group] for group in block) for block in blocks))
    first = _nearest(totals, SHARES[0] * totals[-1], 1, len(blocks) - 2)
    second = _nearest(totals, (SHARES[0] + SHARES[1]) * totals[-1], first + 1, len(blocks) - 1)
    parts = blocks[:first], blocks[first:second], blocks[second:]
    part_of = {group: number for number, part in enumerate(parts) for block in part for group in block}
    indices: Indices = ([], [], [])
    for index, group in enumerate(groups):
        indices[part_of[group]].append(index)
    return indices


def twins_of(groups: Sequence[str], pixels: Sequence[str]) -> list[list[str]]:
    """Return the sets of groups that share an image, `pixels[i]` being the hash of image i."""
    shared: dict[str, set[str]] = defaultdict(set)
    for group, hashed in zip(groups, pixels, strict=True):
        shared[hashed].add(group)
    return sorted(sorted(one) for one in shared.values() if len(one) > 1)


def _blocks(groups: Sequence[str], twins: Sequence[Sequence[str]], seed: int) -> list[list[str]]:
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
    """Return how many blocks, from `low` to `high`, hold closest to `wanted` images."""
    return min(range(low, high + 1), key=lambda count: abs(totals[count - 1] - wanted))


def _too_few(groups: Sequence[str], blocks: int) -> RequestError:
    """Return the error for groups that do not suffice for three parts."""
    names = sorted(set(groups))
    shared = f", of which {blocks} can be separated: the others share images" if blocks < len(names) else ""
    where = f"{len(groups)} images in {len(names)} group{'s' * (len(names) != 1)}: {few(names)}"
    hint = "use data with more groups, or a larger --limit"
    return RequestError(
        f"a split needs {len(SHARES)} groups, found {len(names)}{shared}", code="too-few-groups", where=where, hint=hint
    )

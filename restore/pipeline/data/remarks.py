"""What a user should know of the pictures of a run, one sentence each."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from restore.pipeline.data.examples import ImageInfo
from restore.text import few

if TYPE_CHECKING:
    from restore.pipeline.data.build import Preparation

_NAMED = 3
"""Pictures that a remark names."""
_MIDDLE = 0.8
"""Share of a picture below which it deserves a word that the rest is cut off; a frame takes less."""
_LEAST = 0.5
"""Share of the pictures below which so few are left to learn from that the split deserves a word (it aims at 0.7)."""


def remarks(
    records: Sequence[ImageInfo], parts: Sequence[Sequence[int]], how: Preparation, *, paired: bool
) -> list[str]:
    """Return remarks on pictures, `parts` being the indices of train, validation and test."""
    told = [*_noted(records), *_sizes(records, how), *_twins(records, paired=paired)]
    return [*told, *_shares(records, parts)]


def _noted(records: Sequence[ImageInfo]) -> Iterator[str]:
    """Count what was noted of single pictures."""
    noted: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for note in record.notes:
            noted[note].append(record.id)
    for note, names in sorted(noted.items()):
        yield f"{_count(len(names))}: {note} ({few(names, _NAMED)})"


def _sizes(records: Sequence[ImageInfo], how: Preparation) -> Iterator[str]:
    """Count the sizes where there are several, and say where only the middle of most pictures is left of them."""
    sizes = Counter(record.size for record in records)
    left = statistics.median(
        math.prod(min(have, want) / have for have, want in zip(record.size, how.size, strict=True))
        for record in records
    )
    if how.fit == "pad" and left < _MIDDLE:
        height, width = how.size
        yield f"only the middle {width}x{height} is taken, {left:.0%} of a picture: --size takes more of it"
    if len(sizes) > 1:
        counted = [f"{number} of {width}x{height}" for (height, width), number in sizes.most_common()]
        yield f"{len(sizes)} sizes, brought to one: {few(counted, _NAMED)}"


def _twins(records: Sequence[ImageInfo], *, paired: bool) -> Iterator[str]:
    """Name pictures that are there more than once; in paired data sets a clean picture may have several partners."""
    same: dict[Hashable, list[ImageInfo]] = defaultdict(list)
    for record in records:
        same[record.sha256].append(record)
    across = [
        few([one.id for one in twins], _NAMED) for twins in same.values() if len({one.group for one in twins}) > 1
    ]
    within = [twins for twins in same.values() if len({one.group for one in twins}) < len(twins)]
    if across:
        yield f"{_count(len(across))} in several groups, which are kept on one side: {'; '.join(across[:_NAMED])}"
    if within and not paired:
        names = [few([one.id for one in twins], _NAMED) for twins in within]
        yield f"{_count(len(within))} more than once: {'; '.join(names[:_NAMED])}"


def _shares(records: Sequence[ImageInfo], parts: Sequence[Sequence[int]]) -> Iterator[str]:
    """Say where whole groups leave little to learn from."""
    if parts[0] and len(parts[0]) < _LEAST * len(records):
        yield f"only {len(parts[0])} of {len(records)} pictures to learn from, since groups are kept whole"


def _count(number: int) -> str:
    return f"{number} picture{'' if number == 1 else 's'}"

"""Notes for the user on the images of a run, one sentence each."""

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
"""Images that a remark names."""
_MIDDLE = 0.8
"""Share of an image below which cropping is worth a remark; trimming a frame takes less."""
_LEAST = 0.5
"""Share of images in the training set below which the split is worth a remark (it aims at 0.7)."""


def remarks(
    records: Sequence[ImageInfo], parts: Sequence[Sequence[int]], how: Preparation, *, paired: bool
) -> list[str]:
    """Return remarks on images, `parts` being the indices of training, validation and test set."""
    found = [*_noted(records), *_sizes(records, how), *_twins(records, paired=paired)]
    return [*found, *_shares(records, parts), *_shared(records, parts)]


def _noted(records: Sequence[ImageInfo]) -> Iterator[str]:
    """Count the notes on single images."""
    noted: dict[str, list[str]] = defaultdict(list)
    for record in records:
        for note in record.notes:
            noted[note].append(record.id)
    for note, names in sorted(noted.items()):
        yield f"{_count(len(names))}: {note} ({few(names, _NAMED)})"


def _sizes(records: Sequence[ImageInfo], how: Preparation) -> Iterator[str]:
    """Count the sizes where there are several, and note where most images lose much by cropping."""
    height, width = how.size
    sizes = Counter(record.size for record in records)
    left = statistics.median(
        math.prod(min(have, want) / have for have, want in zip(record.size, how.size, strict=True))
        for record in records
    )
    if how.fit == "pad" and left < _MIDDLE:
        kept = f"images are centre-cropped to {width}x{height} ({left:.0%} of the area)"
        yield f"{kept}; use --fit window to keep all of them"
    if len(sizes) > 1:
        counted = [f"{number} of {across}x{down}" for (down, across), number in sizes.most_common()]
        fitted = "" if how.fit == "window" else f", fitted to {width}x{height}"
        yield f"{len(sizes)} image sizes{fitted}: {few(counted, _NAMED)}"


def _twins(records: Sequence[ImageInfo], *, paired: bool) -> Iterator[str]:
    """Name duplicates; in paired datasets a clean image may have several partners."""
    same: dict[Hashable, list[ImageInfo]] = defaultdict(list)
    for record in records:
        same[record.sha256].append(record)
    across = [
        few([one.id for one in twins], _NAMED) for twins in same.values() if len({one.group for one in twins}) > 1
    ]
    within = [twins for twins in same.values() if len({one.group for one in twins}) < len(twins)]
    if across:
        yield f"{_count(len(across))} in several groups, kept in the same split: {'; '.join(across[:_NAMED])}"
    if within and not paired:
        names = [few([one.id for one in twins], _NAMED) for twins in within]
        yield f"{_count(len(within))} with duplicates: {'; '.join(names[:_NAMED])}"


def _shares(records: Sequence[ImageInfo], parts: Sequence[Sequence[int]]) -> Iterator[str]:
    """Note where whole groups leave few images for training."""
    if parts[0] and len(parts[0]) < _LEAST * len(records):
        yield f"only {len(parts[0])} of {len(records)} images in the training set, as groups are not split"


def _shared(records: Sequence[ImageInfo], parts: Sequence[Sequence[int]]) -> Iterator[str]:
    """Note where images are split and not groups, so that groups are tested that were trained on."""
    train, _, test = ({records[index].group for index in part} for part in parts)
    if train & test:
        known = f"{len(train & test)} of {len(test)} groups of the test set are trained on too"
        yield f"split by image: {known}; use --split group for scores of groups never seen"


def _count(number: int) -> str:
    return f"{number} image{'' if number == 1 else 's'}"

"""From a source to train, validation and test images: decoded, trimmed, fitted, held and split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from restore.errors import InputError
from restore.images import Alpha
from restore.pipeline.data import cache as shelf
from restore.pipeline.data.build import Build, Preparation
from restore.pipeline.data.examples import Data, ImageInfo, ImageStore, Skipped, examples_of, revive
from restore.pipeline.data.fitting import Fit, Size
from restore.pipeline.data.remarks import remarks
from restore.pipeline.data.split import Indices, split, take, twins_of
from restore.plugins.values import Source
from restore.text import listed

WORKERS = 4
"""Threads that decode: more gain little, since a part of decoding holds Python's lock."""


def ignore(done: int, total: int) -> None:
    """Listen to nothing."""


def prepare(
    source: Source,
    *,
    size: Size,
    channels: Literal[1, 3],
    fit: Fit = "pad",
    trim: Literal["auto"] | None = None,
    limit: int | None = None,
    seed: int = 0,
    owner: str = "",
    key: Mapping[str, Any] | None = None,
    cache: bool = True,
    skip_bad: bool = False,
    whole: bool = False,
    alpha: Alpha = "refuse",
    workers: int = WORKERS,
    progress: Callable[[int, int], None] = ignore,
) -> Data:
    """Decode the pictures of a source that keeps its contract, bring them to `size` (H, W) and `channels`, split them.

    `owner` is named where the source is at fault. `key` is plain JSON that tells this source from others; pictures
    are held in the cache if `cache` and the source has a `fingerprint`, a text that changes with its data, and else
    in files that end with their use. `progress` gets (done, total) decoding steps. The number of `workers`, the order
    of the source and the cache change nothing in the result. `whole` puts every picture into the test set. Raises `InputError` that lists the pictures that cannot
    be used, unless `skip_bad` leaves them out; `RequestError` where there are too few groups to split.
    """
    how = Preparation(size, channels, fit, trim, alpha, skip_bad)
    keys: Sequence[tuple[str, str]] | None = getattr(source, "keys", None)
    groups = [group for _, group in keys] if keys is not None else None
    chosen = take(groups, limit, seed) if groups is not None else list(range(len(source)))
    if not chosen:
        raise InputError("the data set is empty", where=owner)
    if groups is not None and not whole:
        split([groups[index] for index in chosen], (), seed)  # too few groups are told before pictures are read
    build = Build(source, chosen, how, owner, workers, progress)
    fingerprint = getattr(source, "fingerprint", None)
    if cache and fingerprint:
        listing = {"source": key or {}, "fingerprint": fingerprint, "chosen": chosen, "how": how.key}
        entry, cached = shelf.fetch(shelf.key_of(listing), build)
    else:
        entry, cached = shelf.spool(build), False
    return _split(entry, how, limit, seed, (*getattr(source, "notes", ()),), cached=cached, whole=whole)


def _split(
    entry: shelf.Cached,
    how: Preparation,
    limit: int | None,
    seed: int,
    notes: tuple[str, ...],
    *,
    cached: bool,
    whole: bool,
) -> Data:
    """Return what is held, split by whole groups unless it is for the test as a `whole`, with remarks on all of it."""
    meta: Mapping[str, Any] = revive(entry.meta)
    store = ImageStore([_record(one) for one in meta["records"]], entry.arrays)
    # In the order of ids, so that neither the order of the source nor a skipped picture moves a group.
    rows = sorted(range(len(store.records)), key=lambda row: store.records[row].id)
    rows = [rows[place] for place in take([store.records[row].group for row in rows], limit, seed)]
    records = [store.records[row] for row in rows]
    groups = [record.group for record in records]
    parts: Indices = ([], [], list(range(len(rows))))
    if not whole:
        parts = split(groups, twins_of(groups, [record.sha256 for record in records]), seed)
    train, validation, test = (examples_of(store, [rows[place] for place in part]) for part in parts)
    skipped = tuple(Skipped(**one) for one in meta["skipped"])
    sizes: dict[tuple[int, int], int] = {}
    for record in records:
        sizes[record.size] = sizes.get(record.size, 0) + 1
    trimmed = {(height, width): tuple(margins) for (height, width, *_), margins in meta["trimmed"]}
    told = [*notes, *_left_out(skipped, len(store.records)), *remarks(records, parts, how, paired=test.paired)]
    return Data(train, validation, test, skipped, tuple(told), sizes, trimmed, cached)


def _left_out(skipped: Sequence[Skipped], good: int) -> list[str]:
    """Return a warning that names the pictures that were left out."""
    lines = "; ".join(listed([f"{one.id}: {one.reason}" for one in skipped]))
    return [f"{len(skipped)} of {len(skipped) + good} pictures left out: {lines}"] if skipped else []


def _record(told: Mapping[str, Any]) -> ImageInfo:
    """Return a record from its JSON."""
    return ImageInfo(**{**told, "size": tuple(told["size"]), "notes": tuple(told["notes"])})

"""From a source to training, validation and test images: decoded, trimmed, fitted, stored and split."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from restore.errors import InputError
from restore.images import Alpha
from restore.images.fitting import Fit, Size
from restore.pipeline.data import cache as shelf
from restore.pipeline.data.build import Build, Preparation
from restore.pipeline.data.division import NOTHING, Division, Learned, sets_by_group
from restore.pipeline.data.examples import Data, ImageInfo, ImageStore, Skipped, examples_of, revive
from restore.pipeline.data.remarks import remarks
from restore.plugins.components import SplitBy
from restore.plugins.values import Source
from restore.text import listed

WORKERS = 4
"""Threads that decode: more gain little, since parts of decoding hold Python's global lock."""


def ignore(done: int, total: int) -> None:
    """Discard progress."""


def prepare(
    source: Source,
    *,
    size: Size,
    channels: Literal[1, 3],
    fit: Fit = "pad",
    trim: Literal["auto"] | None = None,
    limit: int | None = None,
    seed: int = 0,
    sets: Mapping[str, Sequence[str]] | None = None,
    learned: Learned = NOTHING,
    owner: str = "",
    key: Mapping[str, Any] | None = None,
    cache: bool = True,
    skip_bad: bool = False,
    whole: bool = False,
    split_by: SplitBy = "group",
    alpha: Alpha = "refuse",
    workers: int = WORKERS,
    progress: Callable[[int, int], None] = ignore,
) -> Data:
    """Decode the images of a source that keeps its contract, fit them to `size` (H, W) and `channels`, and split them.

    With the fit `window`, images keep their own size. `owner` is named where the source is at fault. `key` is plain JSON
    that identifies the source; images are stored in the cache if `cache` and the source has a `fingerprint`, a text that
    changes with its data, else in temporary files. `progress` is called with (done, total) decoding steps. The result does not depend on the number of `workers`, the
    order of the source or the cache. `sets`: the groups of each set, where a user says them. What earlier runs `learned`
    from is never in the test set. `whole` puts every image into it. `split_by` image, images of one group are in training
    and test. Raises `InputError` that lists the images that cannot
    be used, unless `skip_bad` leaves them out; `RequestError` for groups that cannot be split so.
    """
    said = None if sets is None or whole else sets_by_group(sets)
    division = Division(seed, limit, said, learned, whole, split_by)
    how = Preparation(size, channels, fit, trim, alpha, skip_bad)
    keys: Sequence[tuple[str, str]] | None = getattr(source, "keys", None)
    groups = [division.unit(*key) for key in keys] if keys is not None else None
    if groups:
        division.require_known(groups)
    chosen = division.take(groups) if groups is not None else list(range(len(source)))
    if not chosen:
        raise InputError(
            "the dataset is empty", code="no-images", where=owner, hint="choose another --data or --dataset"
        )
    if groups is not None:
        division.divide([groups[index] for index in chosen])  # too few groups are refused before images are decoded
    build = Build(source, chosen, how, owner, workers, progress)
    fingerprint = getattr(source, "fingerprint", None)
    if cache and fingerprint:
        listing = {"source": key or {}, "fingerprint": fingerprint, "chosen": chosen, "how": how.key}
        entry, cached = shelf.fetch(shelf.key_of(listing), build)
    else:
        entry, cached = shelf.spool(build), False
    notes = tuple(filter(None, [entry.note, *getattr(source, "notes", ())]))
    return _split(entry, how, division, groups, notes, cached=cached)


def _split(
    entry: shelf.Cached,
    how: Preparation,
    division: Division,
    known: Sequence[str] | None,
    notes: tuple[str, ...],
    *,
    cached: bool,
) -> Data:
    """Return the stored images, divided by whole groups, with remarks on them; `known`: the group of each of the data."""
    meta: Mapping[str, Any] = revive(entry.meta)
    store = ImageStore([_record(one) for one in meta["records"]], entry.arrays)
    # In the order of ids, so that neither the order of the source nor a skipped image moves a group.
    rows = sorted(range(len(store.records)), key=lambda row: store.records[row].id)
    units = [division.unit(record.id, record.group) for record in store.records]
    everything = [units[row] for row in rows]
    if known is None:
        division.require_known(known := everything)
    rows = [rows[place] for place in division.take(everything)]
    records = [store.records[row] for row in rows]
    groups, pixels = [units[row] for row in rows], [record.sha256 for record in records]
    parts = division.divide(groups, pixels)
    train, validation, test = (examples_of(store, [rows[place] for place in part]) for part in parts)
    skipped = tuple(Skipped(**one) for one in meta["skipped"])
    sizes: dict[tuple[int, int], int] = {}
    for record in records:
        sizes[record.size] = sizes.get(record.size, 0) + 1
    trimmed = {(height, width): tuple(margins) for (height, width, *_), margins in meta["trimmed"]}
    divided = division.remarks(known, groups, pixels)
    left_out = _left_out(skipped, len(store.records))
    warnings = *notes, *left_out, *divided, *remarks(records, parts, how, paired=test.paired)
    window = how.size if how.fit == "window" else None
    return Data(train, validation, test, skipped, warnings, sizes, trimmed, cached, window=window)


def _left_out(skipped: Sequence[Skipped], good: int) -> list[str]:
    """Return a warning that names the images that were left out."""
    lines = "; ".join(listed([f"{one.id}: {one.reason}" for one in skipped]))
    return [f"{len(skipped)} of {len(skipped) + good} images left out: {lines}"] if skipped else []


def _record(stored: Mapping[str, Any]) -> ImageInfo:
    """Return a record from its JSON."""
    return ImageInfo(**{**stored, "size": tuple(stored["size"]), "notes": tuple(stored["notes"])})

"""What a run would train on: its images, how they are divided, and its damage on some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import InputError
from restore.events import Event, Listener, Warned, ignore
from restore.images import find_images, read
from restore.pipeline import data, engine
from restore.pipeline.damage import FIXED, damage_all
from restore.pipeline.data import Data, Examples
from restore.planning.plan import Plan
from restore.plugins.catalogue import Catalogue
from restore.runfile.record import GalleryImage
from restore.running.gallery import to_uint8

GRID = 100
"""Images of a grid, ten in a row."""
EACH = 3
"""Images shown under each corruption."""
FILES = 200
"""Files whose headers are looked at."""
FEW = 12
"""Values of a label that are counted one by one; of more, such as an age, only how many there are is said."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Images before training: facts as plain JSON, and some of them, clean and damaged, uint8.

    In `shown`, `mask` is what is damaged and `restored` the damaged image. `grid`: the first training images of all, with
    their class or else their id.
    """

    plan: Plan
    facts: Mapping[str, Any]
    shown: Sequence[GalleryImage]
    grid: Sequence[tuple[str, NDArray[np.uint8]]] = ()


def preview(plan: Plan, *, cache: bool = True, skip_bad: bool = False, listener: Listener = ignore) -> Preview:
    """Return what a run of this plan would train on; raises `RequestError` where data or damage cannot be used."""
    notes: list[str] = []

    def heard(event: Event) -> None:
        if isinstance(event, Warned):
            notes.append(event.text)
        listener(event)

    parts = engine.resolve_parts(plan, Catalogue.installed())
    images = engine.prepare_data(plan, parts, cache=cache, skip_bad=skip_bad, listener=heard)
    engine.try_damage(plan, parts, images, listener=heard)
    facts = {**_facts(plan, images), "notes": notes}
    return Preview(plan, facts, list(_shown(plan, parts, images)), list(_grid(images.train)))


def _facts(plan: Plan, images: Data) -> dict[str, Any]:
    parts = {"train": images.train, "validation": images.validation, "test": images.test}
    hashes = Counter(sha256 for one in parts.values() for sha256 in one.sha256)
    # The same real print is the partner of several altered ones.
    twins = 0 if images.paired else sum(count - 1 for count in hashes.values())
    labels = [label for one in parts.values() for label in one.labels]
    return {
        "splits": {name: {"images": len(one), "groups": len(set(one.groups))} for name, one in parts.items()},
        "also": {name: {"images": len(one), "groups": len(set(one.groups))} for name, one in images.others.items()},
        "sizes": [
            {"size": [height, width], "images": count} for (height, width), count in Counter(images.sizes).most_common()
        ],
        "values": _values(images.train),
        "labels": {name: _counted(labels, name) for name in dict.fromkeys(key for one in labels for key in one)},
        "duplicates": twins,
        "skipped": [{"id": one.id, "reason": one.reason} for one in images.skipped],
        "files": _files(Path(plan.data), plan.max_pixels) if plan.data and Path(plan.data).is_dir() else None,
    }


def _values(part: Examples) -> dict[str, float]:
    """Return least, greatest and mean value of some images, all in [0, 1]."""
    some = np.linspace(0, len(part) - 1, min(FILES, len(part))).astype(int).tolist()
    found = [part.image(i) for i in some]
    lowest, highest = min(float(one.min()) for one in found), max(float(one.max()) for one in found)
    return {"least": lowest, "greatest": highest, "mean": float(np.mean([one.mean() for one in found]))}


def _counted(labels: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Return how many images have each value of a label, or how many values there are."""
    counts = Counter(_name(one[name]) for one in labels if name in one)
    return {"values": len(counts), "counts": dict(counts.most_common()) if len(counts) <= FEW else None}


def _name(value: Any) -> str:
    return ", ".join(f"{name} {one}" for name, one in value.items()) if isinstance(value, Mapping) else str(value)


def _files(folder: Path, max_pixels: int) -> dict[str, Any]:
    """Return formats, depths and resolutions of the files below a folder, of up to `FILES` of them, evenly spread."""
    found = [folder / one.path for one in find_images(folder)[0]]
    some = [found[i] for i in np.linspace(0, len(found) - 1, min(FILES, len(found))).astype(int)]
    kinds: Counter[str] = Counter()
    dpi: Counter[float | None] = Counter()
    for file in some:
        try:
            image = read(file, max_pixels=max_pixels)
        except InputError as error:
            kinds[f"unreadable: {error.what}"] += 1
            continue
        colour = {1: "greyscale", 3: "RGB"}[image.pixels.shape[2]]
        kinds[f"{image.format}, {image.depth} bit {colour}{', alpha' if image.alpha is not None else ''}"] += 1
        dpi[image.dpi] += 1
    resolutions = [{"dpi": value, "files": count} for value, count in dpi.most_common()]
    return {"found": len(found), "read": len(some), "kinds": dict(kinds.most_common()), "resolutions": resolutions}


def _grid(part: Examples) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    for i in range(min(GRID, len(part))):
        yield _name(part.labels[i].get("class", part.ids[i])), to_uint8(part.image(i))


def _shown(plan: Plan, parts: engine.Parts, images: Data) -> Iterator[GalleryImage]:
    """Yield the first images of different groups under each corruption, those of pairs under their own damage."""
    train = images.train
    cases = {case: [i for i, one in enumerate(train.cases) if one == case] for case in dict.fromkeys(train.cases)}
    for chain in parts.chains:
        for (name, level), indices in cases.items():
            firsts = {train.groups[i]: i for i in reversed(indices)}
            pieces = data.training_pieces(train, images.window, 1, plan.seed)
            places = {item[0]: place for place, item in reversed(list(enumerate(pieces.items)))}
            which = [places[i] for i in sorted(firsts.values())[:EACH]]
            taken = pieces.take(which, FIXED)
            done = damage_all([chain], taken.clean, taken.keys, taken.partners, seed=plan.seed, epoch=FIXED)
            label = "|".join(filter(None, [f"{name}@{level}" if level else name, chain.name]))
            for place, clean, damaged, mask in zip(which, taken.clean, done.images, done.masks, strict=True):
                before, after, marked = (to_uint8(one) for one in (clean, damaged, mask))
                ident = train.ids[pieces.items[place][0]]
                yield GalleryImage(ident, label, "first", before, after, after, marked)

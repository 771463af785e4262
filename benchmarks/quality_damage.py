"""The people that `quality.py` trains on and scores, and its test sets: images under each kind of damage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from restore.events import ignore
from restore.pipeline import damage
from restore.pipeline.engine import Parts, prepare_data, resolve_parts
from restore.pipeline.score import TestSet
from restore.planning.options import make_request
from restore.plugins.catalogue import Catalogue
from restore.running.run import make_plan
from restore_fingerprint.datasets.socofing import socofing

TRAINED, VALIDATED, CHOSEN, REPORTED = range(1, 73), range(73, 81), range(81, 101), range(101, 121)
"""SOCOFing's subjects that weights are fitted to, that epochs and thresholds are chosen on, that designs of models are
chosen on, and that are scored last."""
PER_PERSON = 10
"""Real prints of a subject, one a finger."""
REAL, BOX, NOISE = "socofing:altered=none", "box 28", "noise .3"
DAMAGE: Mapping[str, str] = {BOX: "box:size=28", NOISE: "noise:amount=0.3", "scratches": "scratches"}
ALTERATIONS, LEVELS = ("obliteration", "zcut", "rotation"), ("easy", "medium", "hard")
PRINT_METRICS, METRICS = ("psnr", "orientation", "contrast", "harm", "mask"), ("psnr", "harm", "mask")


@dataclass(frozen=True, slots=True)
class Source:
    """Images scored: recipe and dataset that read them, damage by kind, none in a dataset of pairs.

    `split`: the groups of each set, of which the test is scored; None: all images are.
    """

    data: Path
    damage: Mapping[str, str]
    dataset: str = REAL
    recipe: str = "prints-any"
    metrics: Sequence[str] = PRINT_METRICS
    split: Mapping[str, Sequence[str]] | None = None
    limit: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cases:
    """Test sets by kind of damage, and the metrics that score them."""

    sets: Mapping[str, TestSet]
    metrics: Any


def joined(several: Sequence[Cases]) -> Cases:
    """Return the test sets of several sources with the same metrics."""
    return Cases({kind: test for one in several for kind, test in one.sets.items()}, several[0].metrics)


def people(data: Path, among: range, limit: int | None) -> list[str]:
    """Return the subjects `among` that there are, evenly spread, at most as many as have `limit` prints."""
    there = {int(group) for _, group in socofing(data, altered="none").keys}
    found = [str(number) for number in among if number in there]
    if not found:
        raise SystemExit(f"{data} holds no subject from {among[0]} to {among[-1]}")
    count = min(len(found), -(-(limit or len(found) * PER_PERSON) // PER_PERSON))
    return [found[place] for place in np.linspace(0, len(found) - 1, count).round().astype(int)]


def split_of(data: Path, scored: range, limit: int | None) -> dict[str, list[str]]:
    """Return the subjects of each set; each has about `limit` prints at most, validation a tenth of that."""
    tenth = None if limit is None else -(-limit // 10)
    sets = {"train": (TRAINED, limit), "validation": (VALIDATED, tenth), "test": (scored, limit)}
    return {name: people(data, *those) for name, those in sets.items()}


def damaged(source: Source) -> Cases:
    """Return the test sets of a source; the damage depends on nothing but the images."""
    request = make_request(
        source.recipe,
        data=source.data,
        dataset=source.dataset,
        corrupt=list(source.damage.values()) or "none",
        metrics=list(source.metrics),
        baselines="none",
        limit=source.limit,
        split=source.split,
        split_seed=0,
        **source.options,
    )
    catalogue = Catalogue.installed()
    plan = make_plan(request).plan
    parts = resolve_parts(plan, catalogue)
    images = prepare_data(plan, parts, cache=True, skip_bad=True, listener=ignore, whole=source.split is None)
    found = dict(_sets(source, parts, images.test, plan.test_seed))
    order = [f"{one} {level}" for one in ALTERATIONS for level in LEVELS]
    return Cases({kind: found[kind] for kind in (*source.damage, *order) if kind in found}, parts.metrics)


def _sets(source: Source, parts: Parts, test: Any, seed: int) -> Iterator[tuple[str, TestSet]]:
    for kind, chain in zip(source.damage or [""], parts.chains, strict=True):
        for name, level in dict.fromkeys(test.cases):
            here = [place for place, case in enumerate(test.cases) if case == (name, level)]
            clean, ids = test.clean(here), [test.ids[place] for place in here]
            keys = [(ident,) for ident in ids]
            done = damage.damage_all([chain], clean, keys, test.partners(here), seed=seed, epoch=damage.FIXED)
            groups, labels = ([values[place] for place in here] for values in (test.groups, test.labels))
            found = TestSet(chain.name, level, clean, done.images, done.masks, ids, groups, labels, done.truths)
            yield kind or f"{name} {level}", found

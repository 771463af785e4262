"""The checks of a metric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.pipeline.score import CaseScores, Row, TestSet, score
from restore.plugins.boundary import Bound, bind
from restore.plugins.catalogue import Entry
from restore.plugins.components import Metric
from restore.testing.findings import Check, Finding, Flaw, carry_out
from restore.testing.pictures import Images, damage, draw_ridges, global_states, seeded_globally
from restore.testing.signature import check_options

COUNT, SHAPE = 5, (96, 96)
PERFECT, DAMAGED = "restored", "damaged"


@dataclass(frozen=True)
class _Subject:
    """A metric, and the clean images that it is asked about; `drawn` tells that nobody chose them."""

    bound: Bound
    clean: Mapping[str, Images]
    drawn: bool

    @property
    def metric(self) -> Metric:
        """Return the component."""
        component = self.bound.entry.component
        assert isinstance(component, Metric)
        return component

    def score(self, clean: Images, damaged: Images, masks: NDArray[np.bool_]) -> CaseScores:
        """Score perfect and damaged images as a run does."""
        count = len(clean)
        test = TestSet(
            corruption="a grey square",
            level=None,
            clean=clean,
            damaged=damaged,
            masks=masks,
            ids=[f"picture-{i}" for i in range(count)],
            groups=[f"group-{i // 2}" for i in range(count)],
            labels=[{} for _ in range(count)],
            truths=[{} for _ in range(count)],
        )
        sure = np.ones(clean.shape[:3], np.float32)
        none = 0 * sure[..., np.newaxis]
        outputs = {"interval": none, "mask": masks[..., np.newaxis].astype(np.float32)}
        rows = [
            Row(DAMAGED, damaged),
            Row(PERFECT, clean, used=masks, confidence=sure, outputs=outputs, undamaged={"mask": none}),
        ]
        return score(test, rows, [(self.metric.name, self.bound)], seed=0)

    @cached_property
    def scores(self) -> Mapping[str, CaseScores]:
        """Return the scores of each set of clean images."""
        return {name: self.score(clean.copy(), *damage(clean)) for name, clean in self.clean.items()}


def judge(entry: Entry, clean: Images | None = None, **options: Any) -> Iterator[Finding]:
    """Yield what the checks find of a metric on `clean`, float32 (N, H, W, C) in [0, 1], or on drawn ridges."""
    check_options(entry, options)
    images = {"grey": draw_ridges(COUNT, (*SHAPE, 1)), "colour": draw_ridges(COUNT, (*SHAPE, 3))}
    given = images if clean is None else {"given": np.asarray(clean, np.float32)}
    yield from carry_out(entry.owner, CHECKS, _Subject(bind(entry, options), given, drawn=clean is None))


def gives_a_number_for_each_image(subject: _Subject) -> None:
    """Check lengths, and that nothing is infinite; what it is given cannot be written to, as in a run."""
    assert subject.scores


def gives_the_same_again(subject: _Subject) -> None:
    """Check that the same images give the same numbers, whatever the global random state."""
    for clean in subject.clean.values():
        tables = []
        for seed in (1, 2):
            with seeded_globally(seed):
                before = global_states()
                tables.append(subject.score(clean.copy(), *damage(clean)).table)
                if global_states() != before:
                    raise Flaw("uses a global random state")
        if tables[0] != tables[1]:
            raise Flaw("gives different numbers for the same images")


def says_where_it_does_not_apply(subject: _Subject) -> str | None:
    """Check that it gives NaN for an empty region, and numbers elsewhere."""
    for scores in subject.scores.values():
        for (label, region, what), values in scores.values.items():
            if subject.metric.over == "image" and region == "hole" and not np.isnan(values[-1]):
                raise Flaw(f"gives {values[-1]:g} for a region without a pixel, not NaN ({label}, {what})")
    if any(row["n"] for scores in subject.scores.values() for row in scores.table):
        return None
    if subject.drawn:
        return "applied to none of the drawn ridges; check_metric(…, clean=…) gives other images"
    raise Flaw("applies to none of the images that it was given")


def likes_a_perfect_image_best(subject: _Subject) -> None:
    """Check that a perfect restoration is at least as good as the damaged image, in the direction it declares."""
    for scores in subject.scores.values():
        rows = {(row["metric"], row["region"], row["what"]): row for row in scores.table}
        for (label, region, what), row in rows.items():
            other = rows.get((label, region, DAMAGED))
            if what != PERFECT or other is None or row["mean"] is None or other["mean"] is None:
                continue
            gain = row["mean"] - other["mean"] if row["better"] == "higher" else other["mean"] - row["mean"]
            if gain < -1e-6 * max(1.0, abs(other["mean"])):
                found = f"{row['mean']:.6g} for perfect images, {other['mean']:.6g} for damaged ones"
                raise Flaw(f"says that {row['better']} is better, but gives {found} ({label}, {region})")


def names_its_keys_the_same_way(subject: _Subject) -> None:
    """Check that a metric over the set has names for its values that a table can hold, the same for all images."""
    if subject.metric.over == "image":
        return
    labels = [sorted({row["metric"] for row in scores.table}) for scores in subject.scores.values()]
    if not any(labels):
        raise Flaw("returned no values")
    if any(one != labels[0] for one in labels):
        raise Flaw(f"names its values differently for other images: {labels}")
    bad = [label for label in labels[0] if not label.rpartition(".")[2] or label != label.strip()]
    if bad:
        raise Flaw(f"has a value without a name: {bad[0]!r}")


CHECKS: tuple[Check[_Subject], ...] = (
    gives_a_number_for_each_image,
    gives_the_same_again,
    says_where_it_does_not_apply,
    likes_a_perfect_image_best,
    names_its_keys_the_same_way,
)

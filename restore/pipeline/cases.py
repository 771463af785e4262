"""The test set under every corruption: damaged, restored by the model and every baseline, and scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from restore.events import Advance, Listener, Phase, Pulse, Warned
from restore.pipeline import baseline, damage, data, score
from restore.pipeline.engine import Parts
from restore.pipeline.restorer import Restorer
from restore.planning.plan import Plan
from restore.plugins.values import Json
from restore.system.ragged import gather

RESTORED = "restored"
"""The row of the trained model."""
GIVEN_MASK = "restored given mask"
"""The row of a model that takes an optional mask, when it gets the true one."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """The test set under one corruption, with every row and its scores."""

    test: score.TestSet
    rows: Sequence[score.Row]
    scores: score.CaseScores


def score_cases(
    plan: Plan, parts: Parts, restorer: Restorer, images: data.Data, *, listener: Listener
) -> Iterator[Case]:
    """Return the test set under every corruption, restored by the model and every baseline, and scored, one by one."""
    pools: dict[str | None, data.Examples] = {None: images.test}
    pools.update(images.others)
    cases = [(other, chain, *case) for other, pool in pools.items() for chain in parts.chains for case in _cases(pool)]
    # Whether the model gets the true mask, by what its row is called.
    restored = {RESTORED: restorer.mask == "needed"} | ({GIVEN_MASK: True} if restorer.mask == "optional" else {})
    alone = any(getattr(metric.entry.component, "undamaged", False) for _, metric in parts.metrics)
    count = sum(map(len, pools.values()))
    listener(Phase("scoring", len(parts.chains) * count * (len(restored) + len(parts.baselines))))
    done = 0

    def advance(images: int) -> None:
        nonlocal done
        done += images
        listener(Advance(done, {}))

    def going_on() -> None:
        listener(Pulse())

    def make(other: str | None, chain: damage.Chain, name: str, level: str, indices: Sequence[int]) -> Case:
        pool = pools[other]
        ids = [pool.ids[i] for i in indices]
        clean, broken, masks, truths = _damaged(plan, chain, pool, indices, images.window)
        corruption, called = _called(chain, name, level)
        test = score.TestSet(
            corruption=corruption,
            level=called,
            clean=clean,
            damaged=broken,
            masks=masks,
            ids=[f"{other}/{ident}" for ident in ids] if other else ids,
            groups=[pool.groups[i] for i in indices],
            labels=[pool.labels[i] for i in indices],
            truths=truths,
            data=other,
        )
        rows = [score.Row("damaged", test.damaged)]
        for spec, bound in parts.baselines:
            by = baseline.restore(bound, test.damaged, test.masks, ids=test.ids, on_images=advance)
            rows.append(score.Row(spec, by.images, by.used, given_mask=by.given_mask, reason=by.reason))
        for what, given in restored.items():
            made = restorer.restore_all(test.damaged, test.masks if given else None, on_images=advance)
            left = (
                {} if given or not alone else restorer.restore_all(test.clean, on_images=lambda _: going_on()).outputs
            )
            rows.append(score.Row(what, made.images, made.used, made.confidence, made.outputs, left, given_mask=given))
        scores = score.score(test, rows, parts.metrics, plan.test_seed, on_row=going_on)
        damaged = f"{corruption}@{called}" if called else corruption
        for warning in score.warnings(scores.table):
            listener(Warned(": ".join(filter(None, [other, damaged, warning]))))
        return Case(test, rows, scores)

    # Nothing of a case is kept here: it may be as large as all test images, many times over.
    return (make(*case) for case in cases)


def _damaged(
    plan: Plan, chain: damage.Chain, pool: data.Examples, indices: Sequence[int], window: tuple[int, int] | None
) -> tuple[Any, Any, Any, Sequence[Json]]:
    """Return test images, damaged by a chain, their masks and what was drawn.

    Where windows are trained on, each window of an image is damaged, so that holes are as large as those learned from.
    """
    ids = [pool.ids[i] for i in indices]
    if window is None:
        clean, keys = pool.clean(indices), [(ident,) for ident in ids]
        done = damage.damage_all([chain], clean, keys, pool.partners(indices), seed=plan.test_seed, epoch=damage.FIXED)
        return clean, done.images, done.masks, done.truths
    truths = []

    def rows() -> Iterator[Sequence[Any]]:
        for i, ident in zip(indices, ids, strict=True):
            image, partner, places = pool.image(i), pool.partner(i), data.tiles(pool, i, window)
            one = damage.damage_windows(
                chain, image, ident, places, seed=plan.test_seed, epoch=damage.FIXED, partner=partner
            )
            truths.append(one.truth)
            yield [image], [one.image], [one.mask]

    images, broken, masks = gather(None, rows())
    return images, broken, masks, truths


def _called(chain: damage.Chain, name: str, level: str) -> tuple[str, str | None]:
    """Return how score rows call a case, and its level: damage laid over that of a paired set is one chain with it."""
    if not name:
        return chain.name, chain.level
    if not chain.steps:
        return name, level or None
    return f"{name}@{level}|{chain.name}" if level else f"{name}|{chain.name}", None


def _cases(test: data.Examples) -> Iterator[tuple[str, str, list[int]]]:
    """Yield (name, level, indices) of the damage in a paired set; all images under no name in others."""
    cases: dict[tuple[str, str], list[int]] = {}
    for i, case in enumerate(test.cases):
        cases.setdefault(case, []).append(i)
    for (name, level), indices in cases.items():
        yield name, level, indices

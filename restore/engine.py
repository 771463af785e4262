"""The stages in order: data, damage, model, score, record; tells a listener what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from restore import memory
from restore.border import Bound, bind, guard
from restore.catalogue import Catalogue
from restore.errors import RequestError, Stopped
from restore.events import Advance, EpochDone, Listener, Phase, Warned
from restore.judges import judge_source
from restore.plan import Choice, Plan
from restore.randomness import generator
from restore.restorer import Restorer
from restore.stages import baseline, damage, data, model, score


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of a plan, resolved and bound to their options."""

    dataset: Bound
    chains: tuple[damage.Chain, ...]
    model: Bound
    baselines: tuple[tuple[str, Bound], ...]
    metrics: tuple[tuple[str, Bound], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The test set under one corruption, with every row and its scores."""

    test: score.TestSet
    rows: Sequence[score.Row]
    scores: score.Scores


def resolve_parts(plan: Plan, catalogue: Catalogue) -> Parts:
    """Return the plan's components, imported; raises where one is missing or cannot be imported."""

    def bound(kind: Any, choice: Choice) -> Bound:
        return bind(catalogue.find(kind, choice.component), choice.options)

    chains = [
        damage.Chain(one.spec, one.level, position, tuple(bound("corruption", step) for step in one.steps))
        for position, one in enumerate(plan.corrupt)
    ]
    return Parts(
        bound("dataset", plan.dataset),
        tuple(chains) or (damage.Chain("", None, 0, ()),),
        bound("model", plan.model),
        tuple((one.spec, bound("model", one)) for one in plan.baselines),
        tuple((one.spec, bound("metric", one)) for one in plan.metrics),
    )


def prepare_data(plan: Plan, dataset: Bound, *, cache: bool, skip_bad: bool, listener: Listener) -> data.Data:
    """Open, decode, split and cache the plan's pictures; raises `RequestError` for pictures that cannot be used."""
    source = dataset(Path(plan.data) if plan.data else None, doing="opening the data set")
    wrong = judge_source(source)
    if wrong:
        raise dataset.fault(wrong)
    listener(Phase("data", None))
    prepared = data.prepare(
        source,
        size=plan.size,
        channels=plan.channels,
        fit=plan.fit,
        trim=plan.trim,
        alpha=plan.alpha,
        limit=plan.limit,
        seed=plan.seed,
        owner=dataset.entry.owner,
        key={"dataset": plan.dataset.spec, "options": plan.dataset.options, "owner": dataset.entry.owner},
        cache=cache,
        skip_bad=skip_bad,
        progress=lambda done, total: listener(Advance(done, {"total": total})),
    )
    for warning in prepared.warnings:
        listener(Warned(warning))
    if not plan.corrupt and not prepared.paired:
        raise RequestError("nothing is damaged", where=f"data set {plan.dataset.spec}", hint="name a --corrupt")
    return prepared


def try_damage(plan: Plan, parts: Parts, pictures: data.Data, *, listener: Listener) -> None:
    """Damage one picture in every way, so that what cannot be done is refused before anything is written."""
    ids, clean = pictures.train.ids[:1], pictures.train.clean([0])
    for chain in parts.chains:
        partners = pictures.train.partners([0])
        done = damage.damage_all([chain], clean, ids, partners, seed=plan.seed, epoch=damage.FIXED)
        if (done.images == clean).all():
            listener(Warned(f"the damage {chain.name or plan.dataset.spec} changes nothing in {ids[0]}"))


def make_restorer(parts: Parts, built: model.Built) -> Restorer:
    """Return the model, with the weights that it has, as a function on arrays."""
    return Restorer(built.network, parts.model.entry.owner)


def rebuild(plan: Plan, catalogue: Catalogue, weights: model.Arrays) -> Restorer:
    """Return the restorer of a finished run; raises `WorkError` where the weights do not fit its model."""
    bound = bind(catalogue.find("model", plan.model.component), plan.model.options)
    built = model.build(bound, (*plan.size, plan.channels), plan.seed)
    model.put_back(built.model.variables, weights, bound.entry.owner)
    return Restorer(built.network, bound.entry.owner)


def train(
    plan: Plan,
    parts: Parts,
    built: model.Built,
    pictures: data.Data,
    *,
    start: model.Checkpoint,
    listener: Listener,
    should_stop: Callable[[], int | None],
    on_epoch: Callable[[model.Checkpoint], None],
) -> model.Checkpoint:
    """Train the model on damage drawn anew each epoch; `on_epoch` gets every checkpoint before it is told."""
    size = plan.training.batch
    steps, validation_steps = (-(-len(part) // size) for part in (pictures.train, pictures.validation))
    model.compile_model(built, plan.training)
    listener(Phase("training", steps))

    def batch(examples: data.Examples, indices: Sequence[int], epoch: int | str) -> model.Batch:
        clean, ids = examples.clean(indices), [examples.ids[i] for i in indices]
        done = damage.damage_all(parts.chains, clean, ids, examples.partners(indices), seed=plan.seed, epoch=epoch)
        return model.batch_of(built, clean, done.images, done.masks, done.truths)

    @lru_cache(maxsize=1)
    def order(epoch: int) -> Sequence[int]:
        indices: Sequence[int] = generator(plan.seed, epoch, "order").permutation(len(pictures.train)).tolist()
        return indices

    def training(epoch: int, i: int) -> model.Batch:
        return batch(pictures.train, order(epoch)[i * size : (i + 1) * size], epoch)

    def validation(i: int) -> model.Batch:
        return batch(pictures.validation, range(len(pictures.validation))[i * size : (i + 1) * size], damage.FIXED)

    def told(done: int, figures: Mapping[str, float]) -> None:
        listener(Advance(done, figures))
        signum = should_stop()
        if signum is not None:
            raise Stopped(signum, "stopped by a signal")
        if memory.is_low():
            raise MemoryError

    def committed(checkpoint: model.Checkpoint) -> None:
        on_epoch(checkpoint)
        listener(EpochDone(checkpoint.history[-1], plan.training.epochs))

    with guard(parts.model.entry.owner, "training"):
        return model.fit(
            built,
            training,
            steps,
            validation,
            validation_steps,
            plan.training,
            start=start,
            on_batch=told,
            on_epoch=committed,
        )


def score_cases(
    plan: Plan, parts: Parts, restorer: Restorer, pictures: data.Data, *, listener: Listener
) -> Iterator[Case]:
    """Yield the test set under every corruption, restored by the model and every baseline, and scored."""
    pool = pictures.test
    cases = [(chain, *case) for chain in parts.chains for case in _cases(pool)]
    listener(Phase("scoring", len(parts.chains) * len(pool) * (1 + len(parts.baselines))))
    done = 0

    def advance(images: int) -> None:
        nonlocal done
        done += images
        listener(Advance(done, {}))

    for chain, name, level, indices in cases:
        clean, ids = pool.clean(indices), [pool.ids[i] for i in indices]
        partners = pool.partners(indices)
        broken = damage.damage_all([chain], clean, ids, partners, seed=plan.seed, epoch=damage.FIXED)
        corruption, called = _called(chain, name, level)
        test = score.TestSet(
            corruption=corruption,
            level=called,
            clean=clean,
            damaged=broken.images,
            masks=broken.masks,
            ids=ids,
            groups=[pool.groups[i] for i in indices],
            labels=[pool.labels[i] for i in indices],
        )
        rows = [score.Row("damaged", test.damaged)]
        for spec, bound in parts.baselines:
            restored = baseline.restore(bound, test.damaged, test.masks, ids=ids, on_images=advance)
            rows.append(
                score.Row(spec, restored.images, restored.used, knows_mask=restored.knows_mask, reason=restored.reason)
            )
        images, used, confidence = restorer.restore_all(test.damaged)
        advance(len(ids))
        rows.append(score.Row("restored", images, used, confidence))
        yield Case(test, rows, score.score(test, rows, parts.metrics, plan.seed))


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

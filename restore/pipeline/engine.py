"""The stages in order: data, damage, model, baselines, scores; a listener hears what happens."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from restore.errors import RequestError
from restore.events import Advance, EpochDone, Listener, Phase, Pulse, Warned
from restore.pipeline import augment, damage, data, model
from restore.pipeline.model.training import Feed, Watch
from restore.pipeline.restorer import AT_ONCE, Form, Restorer, assemble, open_networks
from restore.planning.plan import Choice, Other, Plan
from restore.plugins.boundary import Bound, bind, guard, passthrough
from restore.plugins.catalogue import Catalogue
from restore.plugins.components import Metric
from restore.plugins.contracts import fault_in_source
from restore.plugins.spec import NONE
from restore.plugins.values import Json, TrainingBatch
from restore.randomness import generator

Margins: TypeAlias = Mapping[tuple[int, int], tuple[int, int, int, int]]
"""Lines trimmed at the top, bottom, left and right of images of a size (H, W)."""
NO_MARGINS: Margins = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of a plan, resolved and bound to their options."""

    dataset: Bound
    others: tuple[tuple[Other, Bound], ...]
    chains: tuple[damage.Chain, ...]
    augment: tuple[Bound, ...]
    model: Bound
    baselines: tuple[tuple[str, Bound], ...]
    metrics: tuple[tuple[str, Bound], ...]


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
        tuple((one, bound("dataset", one.dataset)) for one in plan.also),
        tuple(chains) or (damage.Chain(NONE if plan.target else "", None, 0, ()),),
        tuple(bound("augmentation", one) for one in plan.augment),
        bound("model", plan.model),
        tuple((one.spec, bound("model", one)) for one in plan.baselines),
        tuple((one.spec, bound("metric", one)) for one in plan.metrics),
    )


def prepare_data(
    plan: Plan,
    parts: Parts,
    *,
    cache: bool,
    skip_bad: bool,
    listener: Listener,
    learned: data.Learned = data.NOTHING,
    whole: bool = False,
) -> data.Data:
    """Open, decode, split and cache the plan's images; raises `RequestError` for images that cannot be used.

    What earlier runs `learned` from is not tested. `whole`: all others are, and none is trained on.
    """

    def prepare(path: str | None, choice: Choice, dataset: Bound, name: str = "") -> data.Data:
        source = dataset(Path(path) if path else None, doing="opening the dataset")
        wrong = fault_in_source(source)
        if wrong:
            raise dataset.fault(wrong)
        listener(Phase(f"data {name}".strip(), None))
        try:
            prepared = data.prepare(
                source,
                size=plan.size,
                channels=plan.channels,
                fit=plan.fit,
                trim=plan.trim,
                alpha=plan.alpha,
                limit=plan.limit,
                seed=plan.test_seed,
                sets=plan.split,
                split_by=plan.split_by or "group",
                learned=learned,
                owner=dataset.entry.owner,
                key={"dataset": choice.spec, "options": choice.options, "owner": dataset.entry.owner},
                cache=cache,
                skip_bad=skip_bad,
                whole=whole or bool(name),
                progress=lambda done, total: listener(Advance(done, {"total": total})),
            )
        except RequestError as error:
            if error.code == "too-few-groups" and "group" in choice.options:
                error.hint += ", or another group=: file, folder or a pattern"
            error.where = error.where or f"--also {name}"
            raise
        for warning in prepared.warnings:
            listener(Warned(f"{name}: {warning}" if name else warning))
        if not plan.corrupt and not prepared.paired and plan.target is None:
            where = f"dataset {name or choice.spec}"
            raise RequestError("nothing is damaged", code="no-damage", where=where, hint="add --corrupt SPEC")
        return prepared

    own = prepare(plan.data, plan.dataset, parts.dataset)
    trained = {*own.train.sha256, *own.validation.sha256}
    for warning in _left_as_they_are(parts, own.train):
        listener(Warned(warning))
    others = {}
    for other, dataset in parts.others:
        others[other.name] = prepare(other.data, other.dataset, dataset, other.name).test
        known = sum(sha256 in trained for sha256 in others[other.name].sha256)
        if known:
            listener(Warned(f"{other.name}: {known} of its images are among those the model is trained on"))
    images = replace(own, others=others)
    _require_sizes(parts, images)
    return images


def _left_as_they_are(parts: Parts, train: data.Examples) -> Iterator[str]:
    """Yield a warning for each augmentation that leaves pairs alone."""
    if not train.paired:
        return
    for step in parts.augment:
        left = sum(augment.is_left(step, train.partner(index)) for index in range(len(train)))
        if left:
            name = step.entry.full_name
            yield f"{name} leaves {left} of {len(train)} pairs as they are: their truth may hold places"


def _require_sizes(parts: Parts, images: data.Data) -> None:
    """Raise `RequestError` for a metric over the set that takes images of one size, where a test set has several."""
    for name, test in {"the test set": images.test, **images.others}.items():
        sizes = {shape[:2] for shape in test.shapes}
        for spec, bound in parts.metrics if len(sizes) > 1 else ():
            metric = bound.entry.component
            assert isinstance(metric, Metric)
            if metric.over == "set" and metric.sizes == "one":
                what = f"metric {spec} takes images of one size, and {name} has {len(sizes)} sizes"
                raise RequestError(
                    what, code="mixed-sizes", where="--metric", hint="leave it out, or use another --fit"
                )


def try_damage(plan: Plan, parts: Parts, images: data.Data, *, listener: Listener) -> list[Json]:
    """Augment and damage one image in every way, so that what cannot be done is refused before anything is written.

    Returns what was drawn each time, and what came with each damaged partner of a paired dataset.
    """
    taken = data.training_pieces(images.train, images.window, 1, plan.seed).take([0], damage.FIXED)
    augment.augment(parts.augment, taken.clean, taken.partners, taken.keys, seed=plan.seed, epoch=damage.FIXED)
    drawn: list[Json] = []
    for chain in parts.chains:
        done = damage.damage_all([chain], taken.clean, taken.keys, taken.partners, seed=plan.seed, epoch=damage.FIXED)
        drawn += done.truths
        if plan.target is None and (done.images == taken.clean).all():
            name = images.train.ids[0]
            listener(Warned(f"corruption {chain.name or plan.dataset.spec} changes nothing in {name}"))
    return drawn if images.window else [*drawn, *images.train.truths]


def make_restorer(plan: Plan, bound: Bound, built: model.Built, margins: Margins = NO_MARGINS) -> Restorer:
    """Return the plan's model, with the weights that it has, as a function on arrays; `margins` were trimmed."""
    any_size = None
    if built.network.reach is not None:
        any_size = functools.cache(lambda: model.unbound(bound, built, plan.channels, plan.seed))
    form = Form(plan.size, plan.channels, plan.fit, margins)
    return Restorer(built.network, bound.entry.owner, _at_once(plan), built.mask, any_size, form)


def rebuild(
    plan: Plan, catalogue: Catalogue, weights: Mapping[str, model.Arrays], margins: Margins = NO_MARGINS
) -> Restorer:
    """Return the restorer of a finished run; raises `WorkError` where the weights do not fit its model."""
    bound, built = build_trained(plan, catalogue, weights)
    return make_restorer(plan, bound, built, margins)


def build_trained(plan: Plan, catalogue: Catalogue, weights: Mapping[str, model.Arrays]) -> tuple[Bound, model.Built]:
    """Return the model of a finished run with its weights; raises `WorkError` where they do not fit."""
    bound = bind(catalogue.find("model", plan.model.component), plan.model.options)
    built = model.build(bound, (*plan.size, plan.channels), plan.seed)
    model.put_back(built.variables, weights, bound.entry.owner)
    return bound, built


def rebuild_exported(
    plan: Plan,
    catalogue: Catalogue,
    exports: Mapping[str, bytes],
    margins: Margins = NO_MARGINS,
    *,
    threads: int | None = None,
) -> Restorer:
    """Return the restorer of a finished run from its networks as ONNX, without Keras.

    They work with the plan's number of threads, or `threads` where these are fewer. Raises `Unusable` where they are not
    those of the plan's model.
    """
    entry = catalogue.find("model", plan.model.component)
    networks = open_networks(exports, min(filter(None, (threads, plan.training.threads)), default=None))
    network, mask = assemble(entry, plan.model.options, networks, (*plan.size, plan.channels))
    form = Form(plan.size, plan.channels, plan.fit, margins)
    return Restorer(network, entry.owner, _at_once(plan), mask, form=form, keras=False)


def _at_once(plan: Plan) -> int:
    """Return how many images are restored at once: without gradients, four batches take less memory than one does."""
    return min(AT_ONCE, 4 * plan.training.batch)


def train(
    plan: Plan,
    parts: Parts,
    built: model.Built,
    images: data.Data,
    *,
    truths: Sequence[Json],
    start: model.Checkpoint,
    listener: Listener,
    on_epoch: Callable[[model.Checkpoint], None],
) -> model.Checkpoint:
    """Train the model on damage drawn anew each epoch; `on_epoch` gets every checkpoint before it is reported.

    The model ends with the best weights, calibrated where it can be; so does the checkpoint that is returned.
    `truths` is what `try_damage` returned: it settles what the model learns beside image and mask.
    """
    size, owner = plan.training.batch, parts.model.entry.owner
    train = data.training_pieces(images.train, images.window, plan.windows, plan.seed)
    fixed = data.fixed_pieces(images.validation, images.window, plan.windows, plan.test_seed)
    steps, validation_steps = (-(-len(part) // size) for part in (train, fixed))
    targets = model.settle_targets(built, truths)
    model.compile_models(built, plan.training)
    listener(Phase("training", steps))

    @passthrough
    def draw(
        pieces: data.Pieces, which: Sequence[int], epoch: int | str, step: int, steps: Sequence[Bound] = ()
    ) -> tuple[TrainingBatch, Sequence[damage.Key]]:
        seed, taken = pieces.seed, pieces.take(which, epoch)
        clean, partners = augment.augment(steps, taken.clean, taken.partners, taken.keys, seed=seed, epoch=epoch)
        done = damage.damage_all(parts.chains, clean, taken.keys, partners, seed=seed, epoch=epoch)
        drawn = TrainingBatch(clean, done.images, done.masks, done.truths, generator(seed, epoch, step, "batch"))
        return drawn, [(seed, epoch, *key) for key in taken.keys]

    @passthrough
    def batches(drawn: TrainingBatch, keys: Sequence[damage.Key]) -> dict[str, model.Batch]:
        hidden = model.withheld(keys) if built.mask == "optional" else None
        return model.batches_of(built, targets, drawn, hidden, parts.model)

    @lru_cache(maxsize=1)
    def order(epoch: int) -> Sequence[int]:
        indices: Sequence[int] = generator(plan.seed, epoch, "order").permutation(len(train)).tolist()
        return indices

    def training(epoch: int, i: int) -> dict[str, model.Batch]:
        return batches(*draw(train, order(epoch)[i * size : (i + 1) * size], epoch, i, parts.augment))

    def fixed_draw(i: int) -> tuple[TrainingBatch, Sequence[damage.Key]]:
        return draw(fixed, range(len(fixed))[i * size : (i + 1) * size], damage.FIXED, i)

    def validation(i: int) -> dict[str, model.Batch]:
        return batches(*fixed_draw(i))

    @passthrough
    def advanced(done: int, figures: Mapping[str, float]) -> None:
        listener(Advance(done, figures))

    @passthrough
    def validating() -> None:
        listener(Pulse())

    @passthrough
    def committed(checkpoint: model.Checkpoint) -> None:
        on_epoch(checkpoint)
        listener(EpochDone(checkpoint.history[-1], plan.training.epochs))

    feed = Feed(training, steps, validation, validation_steps)
    watch = Watch(advanced, validating, committed)
    with guard(owner, "training"):
        trained = model.fit(built, feed, plan.training, seed=plan.seed, start=start, watch=watch, owner=owner)
    return model.calibrate(built, trained, (fixed_draw(i)[0] for i in range(validation_steps)), owner)

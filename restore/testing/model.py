"""The checks of a model: one that trains, or a classical one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.errors import ComponentError, RequestError
from restore.pipeline import model as stage
from restore.pipeline.model.training import Feed, Watch
from restore.pipeline.restorer import Restorer
from restore.planning.plan import Training
from restore.plugins.boundary import Bound, bind, bind_assembly, guard
from restore.plugins.catalogue import Entry
from restore.plugins.components import Model
from restore.plugins.contracts import fault_in_assembled, fault_in_image
from restore.plugins.values import TrainingBatch
from restore.randomness import generator
from restore.testing.findings import Check, Finding, Flaw, carry_out
from restore.testing.pictures import Images, Masks, damage, draw_ridges, global_states, seeded_globally
from restore.testing.signature import check_options, filled

SIZE = (64, 64)
"""A size that nets with up to six halvings take."""
ODD = (61, 53)
COUNT = 4
TRAINING = Training(epochs=1, batch=COUNT, optimizer="adam", lr=1e-3, loss="mse", schedule="constant", patience=1)


@dataclass(frozen=True)
class _Trained:
    """A model that trains, with the options to be tried; what was built is kept, since building takes seconds."""

    entry: Entry
    options: Mapping[str, Any]
    kept: dict[int, stage.Built] = field(default_factory=dict)

    @property
    def component(self) -> Model:
        """Return the component."""
        assert isinstance(self.entry.component, Model)
        return self.entry.component

    @property
    def first(self) -> tuple[int, stage.Built]:
        """Return the first model that was built, and its channels."""
        return next(iter(self.kept.items()))

    def build(self, channels: int, seed: int = 1, size: tuple[int, int] = SIZE) -> stage.Built:
        """Build the model anew."""
        options = filled(self.entry, channels=channels, size=size) | dict(self.options)
        return stage.build(bind(self.entry, options), (*size, channels), seed)

    def predict(self, built: stage.Built, images: Images, masks: Masks) -> dict[str, Images]:
        """Return the outputs of a built model, which gets the masks where it takes some."""
        given = None if self.component.mask == "none" else masks
        return Restorer(built.network, self.entry.owner, mask=built.mask).predict(images, given)


@dataclass(frozen=True)
class _Classical:
    """A model that needs no training."""

    bound: Bound

    @cached_property
    def needs_mask(self) -> bool:
        """Return whether it gets masks."""
        component = self.bound.entry.component
        return isinstance(component, Model) and component.needs_mask

    def restore(self, images: Images, masks: NDArray[np.bool_]) -> Images:
        """Return what it makes of images."""
        restored: Images = self.bound(images, masks if self.needs_mask else None, doing="restoring")
        return restored


def judge(entry: Entry, **options: Any) -> Iterator[Finding]:
    """Yield what the checks find of a model with `options`."""
    check_options(entry, options)
    assert isinstance(entry.component, Model)
    if entry.component.trains:
        yield from carry_out(entry.owner, TRAINED, _Trained(entry, options))
    else:
        yield from carry_out(entry.owner, CLASSICAL, _Classical(bind(entry, options)))


def builds_for_grey_and_colour(subject: _Trained) -> str | None:
    """Check that it builds for one and three channels, or says clearly which it takes."""
    refused = []
    for channels in (1, 3):
        try:
            subject.kept[channels] = subject.build(channels)
        except RequestError as error:
            refused.append(error)
    if len(refused) == 2:
        raise refused[0]
    return f"takes one kind of image only: {refused[0].what}" if refused else None


def takes_an_odd_size_or_says_why_not(subject: _Trained) -> None:
    """Check a size that cannot be halved: built for it, or refused with a `RequestError`."""
    with contextlib.suppress(RequestError):
        try:
            subject.build(next(iter(subject.kept)), size=ODD)
        except ComponentError as error:
            what = error.what.removeprefix("a component ")
            raise Flaw(f"does not refuse {ODD[0]}x{ODD[1]} pixels with a RequestError, but {what}") from error


def compiles_as_it_declares(subject: _Trained) -> None:
    """Check that a model that compiles itself is declared so: else a plan names an optimizer that does not apply."""
    _, built = subject.first
    if built.compiles and not subject.component.compiles:
        raise Flaw("compiles its network itself, but is not declared with compiles=True")


def has_the_code_that_it_names(subject: _Trained) -> None:
    """Check that what follows the layer of the code depends on the code alone."""
    import keras

    _, built = subject.first
    name = subject.component.code
    if not name:
        return
    if len(built.network.models) > 1:
        raise Flaw("names a code layer, but returns several networks")
    (network,) = built.network.models.values()
    if name not in {layer.name for layer in network.layers}:
        raise Flaw(f"has no layer {name}, which it names as its code")
    with guard(subject.entry.owner, f"cutting its network at the layer {name}"):
        keras.Model(network.get_layer(name).output, network.output)


def returns_outputs_of_their_kind(subject: _Trained) -> None:
    """Check image, mask and confidence: finite, of their shapes, probabilities in [0, 1]; what `finish` gets stays."""
    for channels, built in subject.kept.items():
        images, masks = damage(draw_ridges(COUNT, (*SIZE, channels)))
        before = images.copy()
        outputs = subject.predict(built, images, masks)
        if not np.array_equal(images, before):
            raise Flaw("changes the images that it gets; copy them first")
        for name in ("mask", "confidence"):
            if name in outputs:
                _check_probability(name, outputs[name])


def reads_its_mask(subject: _Trained) -> None:
    """Check that a model that takes a mask restores differently with another one."""
    if subject.component.mask == "none":
        return
    channels, built = subject.first
    images, masks = damage(draw_ridges(COUNT, (*SIZE, channels)))
    one, other = subject.predict(built, images, masks), subject.predict(built, images, ~masks)
    if _equal({name: [array] for name, array in one.items()}, {name: [array] for name, array in other.items()}):
        raise Flaw(f'is declared with mask="{subject.component.mask}", but never reads its mask')


def draws_its_weights_from_the_seed(subject: _Trained) -> str | None:
    """Check that the same seed gives the same weights in the same places; note where another gives the same too."""
    channels, built = subject.first
    same, other = subject.build(channels), subject.build(channels, seed=2)
    weights = stage.take(built.variables)
    for one in (same, other):
        if _shapes(stage.take(one.variables)) != _shapes(weights):
            raise Flaw("has other variables when it is built again")
    if not _equal(weights, stage.take(same.variables)):
        raise Flaw("has other weights when it is built again with the same seed")
    return "has the same weights with another seed" if _equal(weights, stage.take(other.variables)) else None


def trains_for_a_step(subject: _Trained) -> str | None:
    """Check that it is compiled and fitted as in a run, and that the weights of each network change.

    Outputs beside image, mask and confidence learn from `truth`, of which nothing is known here: it is missing, NaN.
    Notes outputs that have no loss and therefore learn nothing.
    """
    channels, built = subject.first
    before = stage.take(built.variables)
    with guard(subject.entry.owner, "training for a step"):
        trained = _fit(built, channels, subject)
    after = stage.take(built.variables)
    still = [name for name in before if before[name] and _equal({name: before[name]}, {name: after[name]})]
    if still:
        raise Flaw(f"has the same weights after a step of training as before it, in its network {still[0]}")
    if trained.epochs != 1:
        raise Flaw(f"trained {trained.epochs} epochs instead of 1")
    known = {*built.network.losses, "image", "mask", "confidence"}
    heads = {name for one in built.trainees.values() if one.make is None for name in one.outputs} - known
    if heads and not built.compiles:
        return f"does not train its output {min(heads)}: give it a loss with Network(losses={{...}})"
    return None


def restores_the_same_with_weights_put_back(subject: _Trained) -> None:
    """Check that a model built anew has the same outputs once it gets the trained one's variables, by position."""
    channels, built = subject.first
    images, masks = damage(draw_ridges(COUNT, (*SIZE, channels)))
    anew = subject.build(channels, seed=2)
    stage.put_back(anew.variables, stage.take(built.variables))
    one, other = subject.predict(built, images, masks), subject.predict(anew, images, masks)
    for name, output in one.items():
        if not np.array_equal(output, other[name]):
            raise Flaw(f"has another output {name} when it is built anew and gets its weights back")


def is_assembled_from_its_networks(subject: _Trained) -> str | None:
    """Check that the assembly restores as the model does; notes where a model that needs one has none."""
    channels, built = subject.first
    options = filled(subject.entry, channels=channels, size=SIZE) | dict(subject.options)
    bound = bind_assembly(subject.entry, options)
    if bound is None:
        needed = built.network.restore is not None or built.network.finish is not None
        return "has no assembly: its runs load Keras where they restore" if needed else None
    network = bound(dict(built.network.models), doing="assembling the model")
    wrong = fault_in_assembled(network, built.network.models)
    if wrong:
        raise Flaw(wrong)
    images, masks = damage(draw_ridges(COUNT, (*SIZE, channels)))
    one, other = subject.predict(built, images, masks), subject.predict(replace(built, network=network), images, masks)
    if one.keys() != other.keys() or any(not np.array_equal(one[name], other[name]) for name in one):
        raise Flaw("restores otherwise when its assembly puts its networks together")
    return None


TRAINED: tuple[Check[_Trained], ...] = (
    builds_for_grey_and_colour,
    takes_an_odd_size_or_says_why_not,
    compiles_as_it_declares,
    has_the_code_that_it_names,
    returns_outputs_of_their_kind,
    reads_its_mask,
    draws_its_weights_from_the_seed,
    trains_for_a_step,
    restores_the_same_with_weights_put_back,
    is_assembled_from_its_networks,
)


def restores_pictures_of_every_size(subject: _Classical) -> None:
    """Check restored images, grey and colour, square or not; one of them has no damage."""
    for shape in ((64, 64, 1), (64, 64, 3), (48, 80, 1), (61, 53, 3)):
        images, masks = damage(draw_ridges(COUNT, shape))
        wrong = fault_in_image(subject.restore(images, masks), images.shape, "restored images")
        if wrong:
            raise Flaw(wrong)


def leaves_its_input_alone(subject: _Classical) -> None:
    """Check that images and masks that could be written to come back as they were."""
    images, masks = damage(draw_ridges(COUNT, (*SIZE, 1)))
    given = images.copy(), masks.copy()
    subject.restore(*given)
    if not (np.array_equal(given[0], images) and np.array_equal(given[1], masks)):
        raise Flaw("changes the images that it is given")


def restores_the_same_again(subject: _Classical) -> None:
    """Check that equal images are restored equally, alone or among others, whatever the global random state."""
    images, masks = damage(draw_ridges(COUNT, (*SIZE, 1)))
    results = []
    for seed in (1, 2):
        with seeded_globally(seed):
            before = global_states()
            results.append(subject.restore(images.copy(), masks.copy()))
            if global_states() != before:
                raise Flaw("uses a global random state")
    if not np.array_equal(results[0], results[1]):
        raise Flaw("restores the same images differently")
    if not np.array_equal(results[0][:1], subject.restore(images[:1].copy(), masks[:1].copy())):
        raise Flaw("restores an image differently when others stand beside it")


CLASSICAL: tuple[Check[_Classical], ...] = (
    restores_pictures_of_every_size,
    leaves_its_input_alone,
    restores_the_same_again,
)


def _fit(built: stage.Built, channels: int, subject: _Trained) -> stage.Checkpoint:
    """Train a model for one step as a run does, with no truth drawn."""
    clean = draw_ridges(COUNT, (*SIZE, channels))
    damaged, masks = damage(clean)
    hidden = np.arange(COUNT) % 2 == 0
    targets = stage.settle_targets(built)
    model = bind(subject.entry, filled(subject.entry, channels=channels, size=SIZE) | dict(subject.options))

    def batches(*step: int) -> dict[str, stage.Batch]:
        drawn = TrainingBatch(clean, damaged, masks, [{}] * COUNT, generator("restore.testing", *step))
        return stage.batches_of(built, targets, drawn, hidden, model)

    # One that compiles itself keeps what it set, as in a run that says nothing else.
    plan = replace(TRAINING, optimizer=None, lr=None, loss=None, schedule=None) if built.compiles else TRAINING
    stage.compile_models(built, plan)
    watch = Watch(lambda _, __: None, lambda: None, lambda _: None)
    feed, start = Feed(batches, 1, batches, 1), stage.Checkpoint()
    return stage.fit(built, feed, plan, seed=0, start=start, watch=watch, owner=subject.entry.owner)


def _check_probability(name: str, output: NDArray[np.float32]) -> None:
    if not (output.min() >= 0 and output.max() <= 1):
        raise Flaw(f"returns a {name} from {output.min():g} to {output.max():g}, not from 0 to 1")


def _shapes(arrays: stage.ByName) -> dict[str, list[tuple[int, ...]]]:
    return {name: [array.shape for array in ours] for name, ours in arrays.items()}


def _equal(arrays: stage.ByName, others: stage.ByName) -> bool:
    """Return whether named arrays are the same."""
    return all(
        np.array_equal(one, other) for name in arrays for one, other in zip(arrays[name], others[name], strict=True)
    )

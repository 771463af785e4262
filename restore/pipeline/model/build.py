"""A model's networks built, tried on an empty image, and held to their contract."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from restore.errors import RequestError
from restore.pipeline.model.checkpoint import put_back, take
from restore.plugins.boundary import Bound, guard, network_input
from restore.plugins.components import MaskUse, Model
from restore.plugins.contracts import fault_in_network, fault_in_outputs
from restore.plugins.values import MODEL, Images, Masks, Network, TrainingBatch
from restore.system import footprint, memory
from restore.system.settings import own_settings

if TYPE_CHECKING:
    import keras

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trainee:
    """What is trained at once: a Keras model, the shapes of its outputs, and perhaps its own way to make a batch.

    `outputs` is empty for one unnamed image.
    """

    model: keras.Model
    outputs: Mapping[str, Shape]
    make: Callable[[TrainingBatch], tuple[Any, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A model ready to train.

    `trainees`: what is trained, by name, in the order of their turns. `outputs`: shapes of what it restores, without
    the number of images; empty for one unnamed image. `compiles`: it comes with its own optimizer and loss. `frozen`: the
    networks that are not trained.
    """

    network: Network
    trainees: Mapping[str, Trainee]
    outputs: Mapping[str, Shape]
    mask: MaskUse
    compiles: bool
    frozen: Collection[str] = ()

    @property
    def variables(self) -> dict[str, Sequence[Any]]:
        """Return the variables of each network."""
        return {name: model.variables for name, model in self.network.models.items()}

    @property
    def optimizer_variables(self) -> dict[str, Sequence[Any]]:
        """Return the variables of each trainee's optimizer."""
        return {name: one.model.optimizer.variables for name, one in self.trainees.items()}


def build(bound: Bound, shape: tuple[int, int, int], seed: int, frozen: Collection[str] = ()) -> Built:
    """Build the model for images of `shape` (H, W, C), its weights drawn from `seed`; `frozen` networks are not trained.

    Raises `ComponentError` where the function returns no such networks, or networks that do not restore images of
    `shape`, `RequestError` where those that are frozen are not some of several that train in turn.
    """
    import keras

    component = bound.entry.component
    assert isinstance(component, Model)
    with own_settings():
        keras.utils.set_random_seed(int(seed) % 2**32)
        network = _network(bound, shape)
        _require_turns(network, frozen)
        size = f"{shape[0]}x{shape[1]}"
        for model in network.models.values():
            memory.require(footprint.passing(model), f"an image of {size}", lower=f"--size {size}")
        with guard(bound.entry.owner, f"taking an image of shape {shape}"):
            built = _try(bound, network, component, shape, frozen)
    return built


def unbound(bound: Bound, built: Built, channels: int, seed: int) -> Network:
    """Return the network of a model that declares its reach, built for images of any size, with the weights of `built`.

    Raises `ComponentError` where it has other weights then.
    """
    import keras

    with own_settings():
        keras.utils.set_random_seed(int(seed) % 2**32)
        network = _network(bound, (None, None, channels))
        variables = {name: model.variables for name, model in network.models.items()}
        put_back(variables, take(built.variables), bound.entry.owner)
    return network


def _network(bound: Bound, shape: tuple[int | None, ...]) -> Network:
    """Return what a model's function makes for images of `shape`; raises `ComponentError` where that is no network."""
    returned = bound(shape, doing="building the model")
    network = returned if isinstance(returned, Network) else Network(returned)
    wrong = fault_in_network(network)
    if wrong:
        raise bound.fault(wrong)
    return network


def _require_turns(network: Network, frozen: Collection[str]) -> None:
    """Raise `RequestError` where the frozen networks are not some, and not all, of those that train in turn."""
    turns = () if network.together is not None or len(network.models) == 1 else (*network.models,)
    lost = [name for name in frozen if name not in turns]
    if lost or (frozen and set(frozen) >= set(turns)):
        what = f"the model has no network {lost[0]} of several" if lost else "no network of the model is left to train"
        known = f"available: {', '.join(turns)}" if turns else "leave it out"
        raise RequestError(what, code="unknown-network", where="--freeze", hint=known)


def _try(bound: Bound, network: Network, component: Model, shape: Shape, frozen: Collection[str]) -> Built:
    """Return the networks with the shapes of what they make of an empty image."""
    empty = np.zeros((1, *shape), np.float32)
    masks = None if component.mask == "none" else np.zeros((1, *shape[:2]), np.bool_)
    several = isinstance(network.model, Mapping)
    models = {"together": network.together} if network.together is not None else network.models
    trainees = {}
    for name, model in models.items():
        if name in frozen:
            continue
        make = network.batches.get(name)
        named = _declared_outputs(model) if make else _outputs_of(bound, model, component.mask, empty, masks)
        trainees[name] = Trainee(model, named, make)
    lost = network.losses.keys() - {"image"}.union(*(one.outputs for one in trainees.values()))
    if lost:
        raise bound.fault(f"returned a loss for an output {min(lost)} that it lacks")
    outputs: Mapping[str, Shape]
    if several:
        assert network.restore is not None
        outputs = _shapes(bound, network.restore(empty, masks), empty.shape)
    else:
        outputs = trainees[MODEL].outputs
        if outputs:
            _require_shapes(bound, outputs, shape)
    _require_variables(bound, network)
    compiled = [bool(one.model.compiled) for one in trainees.values()]
    if component.compiles and not all(compiled):
        raise bound.fault("is declared with compiles=True, but returned a network that is not compiled")
    if any(compiled) and not all(compiled):
        raise bound.fault("returned networks of which only some are compiled")
    return Built(network, trainees, outputs, component.mask, all(compiled), frozen)


def _declared_outputs(model: Any) -> dict[str, Shape]:
    """Return the shapes of a network's named outputs without calling it: its batches are its own."""
    declared = getattr(model, "output", None)
    return {name: tuple(one.shape[1:]) for name, one in declared.items()} if isinstance(declared, Mapping) else {}


def _outputs_of(bound: Bound, model: Any, mask_use: MaskUse, empty: Images, masks: Masks | None) -> dict[str, Shape]:
    """Return the shapes of a network's named outputs; of an unnamed image, nothing."""
    inputs = len(getattr(model, "inputs", None) or [None])
    if mask_use == "none" and inputs > 1:
        hint = 'declare Model(mask="optional") or "needed", and call its inputs image and mask'
        raise bound.fault(f"returned a network with {inputs} inputs: {hint}")
    if mask_use != "none" and getattr(model, "inputs", None) and inputs != 2:
        raise bound.fault(
            f'is declared with mask="{mask_use}", but its network takes {inputs} input, not image and mask'
        )
    given = model(network_input(mask_use, empty, masks), training=False)
    named = dict(given) if isinstance(given, Mapping) else {}
    image = named.get("image", given)
    if "image" not in named and tuple(getattr(image, "shape", ())) != empty.shape:
        if named:
            return {name: tuple(int(side) for side in value.shape[1:]) for name, value in named.items()}
        seen = getattr(image, "shape", type(image).__name__)
        raise bound.fault(f"returned shape {seen} for an image of {empty.shape}")
    return {name: tuple(int(side) for side in value.shape[1:]) for name, value in named.items()}


def _shapes(bound: Bound, outputs: Any, shape: Shape) -> dict[str, Shape]:
    wrong = fault_in_outputs(outputs, shape)
    if wrong:
        raise bound.fault(wrong)
    return {name: tuple(array.shape[1:]) for name, array in outputs.items()}


def _require_shapes(bound: Bound, outputs: Mapping[str, Shape], shape: Shape) -> None:
    """Raise `ComponentError` where an output of a single network has not the shape of its kind."""
    plane = (*shape[:2], 1)
    if "image" not in outputs:
        raise bound.fault(f"returned {', '.join(outputs)} and no image")
    for name, wanted in (("image", shape), ("mask", plane), ("confidence", plane)):
        if name in outputs and outputs[name] != wanted:
            raise bound.fault(f"returned an output {name} of shape {outputs[name]}, not {wanted}")


def _require_variables(bound: Bound, network: Network) -> None:
    """Raise `ComponentError` for networks that cannot be stored: without variables yet, or with some of their own."""
    unbuilt = [name for name, model in network.models.items() if not model.built]
    if unbuilt:
        raise bound.fault(f"returned a network {unbuilt[0]} that has no variables: call it once, or name its Input")
    if network.together is not None:
        known = {id(variable) for model in network.models.values() for variable in model.variables}
        if any(id(variable) not in known for variable in network.together.variables):
            raise bound.fault("returned together= with variables that belong to none of its networks")

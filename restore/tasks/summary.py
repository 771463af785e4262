"""The networks of a run, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from restore.plugins.catalogue import Catalogue
from restore.running.opened import Run


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: its name and class, the shapes of its outputs (None for a free axis), and its number of weights."""

    name: str
    kind: str
    shapes: tuple[tuple[int | None, ...], ...]
    weights: int


@dataclass(frozen=True, slots=True)
class NetworkSummary:
    """A network: its name, layers, number of weights, and of those that training changes."""

    name: str
    layers: tuple[Layer, ...]
    weights: int
    trained: int


def summarise(run: Run) -> list[NetworkSummary]:
    """Return the networks of a run, built by Keras with the weights that the run stores.

    Raises `RequestError` where nothing is trained yet, `WorkError` where the weights do not fit.
    """
    _, built = run.build(Catalogue.installed())
    return [_summary(name, model) for name, model in built.network.models.items()]


def _summary(name: str, model: Any) -> NetworkSummary:
    trained = sum(math.prod(variable.shape) for variable in model.trainable_variables)
    return NetworkSummary(name, tuple(_layers(model)), int(model.count_params()), trained)


def _layers(model: Any) -> Iterator[Layer]:
    """Yield the layers, those of a network inside another in its place."""
    for layer in model.layers:
        if getattr(layer, "layers", None):
            yield from _layers(layer)
        else:
            yield Layer(layer.name, type(layer).__name__, _shapes(layer), int(layer.count_params()))


def _shapes(layer: Any) -> tuple[tuple[int | None, ...], ...]:
    """Return the shapes of a layer's outputs, none where it was never called on symbols."""
    import keras

    output = getattr(layer, "output", None)
    return tuple(tuple(one.shape) for one in keras.tree.flatten(output) if one is not None)

"""How much memory a plan takes, estimated before the work begins."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

KEPT = 1.3
"""Bytes at the peak of a training step for each byte of activations, the least that was measured: 1.3 to 2.2 for the
two models that come along (tests/system/test_footprint.py measures them)."""
FLOAT = 4
"""Bytes of a value."""


def one_image(model: Any) -> int:
    """Return the bytes of all activations for one image; 0 for a model that tells no shapes before it is called."""
    return FLOAT * sum(_size(output.shape) for layer in _layers(model) for output in _outputs(layer))


def passing(model: Any) -> int:
    """Return the bytes that one image takes at least on its way through a model: those of its largest activation."""
    return FLOAT * max((_size(output.shape) for layer in _layers(model) for output in _outputs(layer)), default=0)


def training(model: Any, batch: int) -> float:
    """Return the bytes that a training step takes at least: activations, and the weights with gradients and moments."""
    weights = FLOAT * sum(_size(variable.shape) for variable in model.variables)
    return KEPT * batch * one_image(model) + 4 * weights


def scoring(images: int, shape: tuple[int, int, int], rows: int, outputs: Mapping[str, tuple[int, ...]]) -> int:
    """Return the bytes that scoring `images` pictures of `shape` (H, W, C) takes at least.

    It holds every picture clean, damaged, as each of `rows` restored it, and every output of the model.
    """
    values = (2 + rows) * math.prod(shape) + sum(math.prod(one) for one in outputs.values())
    return FLOAT * images * values


def _layers(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        yield from _layers(layer) if hasattr(layer, "layers") else [layer]


def _outputs(layer: Any) -> list[Any]:
    """Return the symbolic outputs of a layer, none where it was not called on symbols, or more than once."""
    import keras

    try:
        given = layer.output
    except (AttributeError, ValueError):
        return []
    return list(keras.tree.flatten(given))


def _size(shape: tuple[int | None, ...]) -> int:
    """Return the number of values, None standing for one."""
    return math.prod(side or 1 for side in shape)

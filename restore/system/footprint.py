"""Estimates of the memory that a plan needs, before the work begins."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

KEPT = 1.15
"""Bytes at the peak of a training step for each byte of activations: the least of 1.16 to 2.2, measured for the two
builtin models (tests/system/test_footprint.py measures them)."""
FLOAT = 4
"""Bytes per value."""


def one_image(model: Any) -> int:
    """Return the bytes of all activations for one image; 0 for a model without static shapes."""
    return FLOAT * sum(_size(output.shape) for layer in _layers(model) for output in _outputs(layer))


def passing(model: Any) -> int:
    """Return the least bytes that one image needs in a forward pass: those of the largest activation."""
    return FLOAT * max((_size(output.shape) for layer in _layers(model) for output in _outputs(layer)), default=0)


def training(model: Any, batch: int) -> float:
    """Return the least bytes of a training step: activations, and the weights with gradients and moments."""
    weights = FLOAT * sum(_size(variable.shape) for variable in model.variables)
    return KEPT * batch * one_image(model) + 4 * weights


def scoring(images: int, shape: tuple[int, ...], rows: int, outputs: Mapping[str, tuple[int, ...]]) -> int:
    """Return the least bytes to score `images` images of `shape` (H, W, C).

    Memory holds every image clean, damaged and restored by each of `rows`, and every output of the model.
    """
    values = (2 + rows) * math.prod(shape) + sum(math.prod(one) for one in outputs.values())
    return FLOAT * images * values


def _layers(model: Any) -> Iterator[Any]:
    for layer in model.layers:
        yield from _layers(layer) if hasattr(layer, "layers") else [layer]


def _outputs(layer: Any) -> list[Any]:
    """Return the symbolic outputs of a layer, none where it was not called on symbolic tensors, or more than once."""
    import keras

    try:
        given = layer.output
    except (AttributeError, ValueError):
        return []
    return list(keras.tree.flatten(given))


def _size(shape: tuple[int | None, ...]) -> int:
    """Return the number of values; None counts as one."""
    return math.prod(side or 1 for side in shape)

"""What a network learns from: its inputs, targets and weights at each step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from restore.pipeline.model.build import Built, Trainee
from restore.plugins.boundary import Bound, guard, network_input, readonly_view
from restore.plugins.values import Json, TrainingBatch
from restore.randomness import generator
from restore.text import in_words

Batch: TypeAlias = tuple[Any, ...]
Targets: TypeAlias = Mapping[str, Sequence[str]]
"""The targets of each trainee, by name."""
JUDGED = ("image", "mask")
"""Outputs whose truth every run has."""


def settle_targets(built: Built, truths: Iterable[Json] = ()) -> Targets:
    """Return the outputs that are targets in every batch of a run.

    These are image and mask, what `truths` of its damage hold, and what the model has a loss for. What makes its own
    batches is left out.
    """
    drawn = {name for truth in truths for name in truth}.union(JUDGED)
    return {
        name: _names_of(trainee, drawn, _with_loss(built, trainee))
        for name, trainee in built.trainees.items()
        if trainee.make is None
    }


def _names_of(trainee: Trainee, drawn: Collection[str], judged: Collection[str]) -> list[str]:
    """Return the targets of a trainee; Keras takes those that have a loss alone, or one for each output."""
    wanted = [name for name in trainee.outputs if name in drawn or name in judged]
    return wanted if all(name in judged for name in wanted) else list(trainee.outputs)


def check_truths(built: Built, truths: Sequence[Json], model: Bound) -> None:
    """Raise `ComponentError` where what was drawn does not fit the output that learns it."""
    for trainee, names in settle_targets(built, truths).items():
        for name in names:
            if name not in JUDGED:
                _stack(truths, name, built.trainees[trainee].outputs[name], model)


def withheld(keys: Sequence[tuple[object, ...]]) -> NDArray[np.bool_]:
    """Return which of the images with these keys are trained without their mask, bool (N,): half of them."""
    return np.array([generator(*key, "withheld").random() < 0.5 for key in keys])


def batches_of(
    built: Built, targets: Targets, batch: TrainingBatch, hidden: NDArray[np.bool_] | None, model: Bound
) -> dict[str, Batch]:
    """Return what `fit` takes for each trainee: inputs, targets and, with a mask among them, weights.

    `hidden`: bool (N,), the images whose mask a network that takes an optional one does not get. A model with a mask
    head is judged on its image where that is used, in the hole: elsewhere the composite keeps the input.
    """
    made: dict[str, Batch] = {}
    for name, trainee in built.trainees.items():
        if trainee.make is not None:
            with guard(model.entry.owner, f"making a batch for its network {name}"):
                own = trainee.make(lent(batch))
            if not isinstance(own, tuple) or not 1 <= len(own) <= 3:
                seen = f"a tuple of {len(own)}" if isinstance(own, tuple) else type(own).__name__
                raise model.fault(f"returned {seen} as a batch for its network {name}, not (x, y, sample_weight)")
            made[name] = own
        else:
            inputs = network_input(built.mask, batch.damaged, batch.masks, False if hidden is None else hidden)
            made[name] = (inputs, *_targets_of(trainee, targets[name], batch, model))
    return made


def lent(batch: TrainingBatch) -> TrainingBatch:
    """Return a batch whose arrays a plugin can read and not change."""
    clean, damaged, masks = map(readonly_view, (batch.clean, batch.damaged, batch.masks))
    return replace(batch, clean=clean, damaged=damaged, masks=masks)


def _targets_of(trainee: Trainee, names: Sequence[str], batch: TrainingBatch, model: Bound) -> Batch:
    if not trainee.outputs:
        return (batch.clean,)
    known = {"image": batch.clean, "mask": batch.masks[..., None].astype(np.float32)}
    targets = {
        name: known[name] if name in known else _stack(batch.truths, name, trainee.outputs[name], model)
        for name in names
    }
    if "mask" not in targets:
        return (targets,)
    hole = batch.masks.astype(np.float32)
    weights = {name: np.ones(target.shape[: max(1, target.ndim - 1)], np.float32) for name, target in targets.items()}
    if "image" in weights:
        weights["image"] = hole / max(float(hole.mean()), 1 / hole.size)
    return targets, weights


def _with_loss(built: Built, trainee: Trainee) -> Collection[str]:
    """Return the outputs that there is a loss for, or may be: what else a model compiles is not known."""
    if not built.compiles:
        return {*JUDGED, *built.network.losses}
    loss = getattr(trainee.model, "loss", None)
    if isinstance(loss, Mapping):
        return [name for name, one in loss.items() if one is not None]
    return trainee.outputs.keys() - {"confidence"}


def _stack(truths: Sequence[Json], name: str, shape: tuple[int, ...], model: Bound) -> NDArray[np.float32]:
    """Return what was drawn under `name`, float32 (N, *shape), NaN where an image has nothing of that name.

    Raises `ComponentError` for a truth of another shape; axes of length 1 make no other shape.
    """
    stacked = np.full((len(truths), *shape), np.nan, np.float32)
    for i, truth in enumerate(truths):
        drawn = truth.get(name)
        if drawn is None:
            continue
        try:
            array = np.asarray(drawn, np.float32)
        except (TypeError, ValueError):
            array = None
        if array is None or array.squeeze().shape != stacked[i].squeeze().shape:
            what = f"has an output {name} of shape {shape}, which does not hold the truth {in_words(drawn)}"
            raise model.fault(what)
        stacked[i] = array.reshape(shape)
    return stacked

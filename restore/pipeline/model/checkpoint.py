"""Training after some epoch, and the arrays of a network's variables taken and put back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from restore.errors import WorkError

Arrays: TypeAlias = Sequence[NDArray[Any]]
ByName: TypeAlias = Mapping[str, Arrays]
"""Arrays of several networks, or of their optimizers, in the order of their variables."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Training after some epoch: all that is needed to resume it, and the weights of the best epoch.

    Before the first one, `weights` are those that training starts from, where they are another run's, of networks that
    this has too. `best`, `weights`: by network, each best in an epoch of its own; `optimizer`: by what is trained at once. `wait`: epochs since the best one.
    """

    history: tuple[Mapping[str, float], ...] = ()
    best_epoch: int | None = None
    wait: int = 0
    best: ByName = field(default_factory=dict)
    weights: ByName = field(default_factory=dict)
    optimizer: ByName = field(default_factory=dict)
    stopped_early: bool = False

    @property
    def epochs(self) -> int:
        """Return the number of epochs done."""
        return len(self.history)

    @property
    def best_loss(self) -> float:
        """Return the validation loss of the best epoch, infinite before the first."""
        return math.inf if self.best_epoch is None else self.history[self.best_epoch - 1]["val_loss"]


def put_back(variables: Mapping[str, Sequence[Any]], arrays: ByName, owner: str = "") -> None:
    """Assign arrays to the variables of each name by position.

    Raises `WorkError` with `owner` where names, numbers or shapes differ.
    """
    if not fits(variables, arrays):
        hint = "install the version of the plugin that trained them"
        raise WorkError("the stored weights do not fit the model", code="weights-mismatch", where=owner, hint=hint)
    for name, ours in variables.items():
        for variable, array in zip(ours, arrays[name], strict=True):
            variable.assign(array)


def fits(variables: Mapping[str, Sequence[Any]], arrays: ByName) -> bool:
    """Return whether names, numbers and shapes of variables and arrays are the same."""
    shapes = {name: [tuple(variable.shape) for variable in ours] for name, ours in variables.items()}
    return shapes == {name: [array.shape for array in ours] for name, ours in arrays.items()}


def fitting(variables: Mapping[str, Sequence[Any]], arrays: ByName) -> dict[str, Arrays]:
    """Return the arrays of those names whose variables have the same number and shapes."""
    return {
        name: arrays[name]
        for name, ours in variables.items()
        if name in arrays and fits({name: ours}, {name: arrays[name]})
    }


def take(variables: Mapping[str, Sequence[Any]]) -> dict[str, list[NDArray[Any]]]:
    """Return copies of the variables' values, by name and position."""
    from keras import ops

    # A copy, since a backend may hand out a view of what the next step overwrites.
    return {
        name: [np.array(ops.convert_to_numpy(variable.value)) for variable in ours] for name, ours in variables.items()
    }

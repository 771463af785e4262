"""A stopped training is resumed as if it had never been stopped; arrays that do not fit are refused."""

import math

import numpy as np
import pytest
from pipeline.model.nets import SHAPE, bound, masking, needs, noisy, pair, plain, trained, training

from restore.errors import WorkError
from restore.pipeline import model as stage


def bits(named):
    return {name: [array.tobytes() for array in arrays] for name, arrays in named.items()}


@pytest.mark.trains
@pytest.mark.parametrize("function", [plain, masking, pair, pytest.param(noisy, marks=needs("tensorflow", "torch"))])
def test_resumed_equals_uninterrupted(function):
    whole, _ = trained(function, training())
    half, _ = trained(function, training(), stop_after=2)
    again, _ = trained(function, training(), start=half)
    assert whole.epochs == again.epochs == 4
    assert bits(whole.weights) == bits(again.weights) != bits(half.weights)
    assert bits(whole.optimizer) == bits(again.optimizer)
    assert bits(whole.best) == bits(again.best)

    def figures(one):
        return [{name: value for name, value in row.items() if name != "seconds"} for row in one.history]

    assert figures(whole) == figures(again)


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays: {"model": arrays["model"][:-1]},
        lambda arrays: {"other": arrays["model"]},
        lambda arrays: {**arrays, "other": []},
        lambda arrays: {"model": [*arrays["model"][:-1], np.zeros(3)]},
        lambda arrays: {},
    ],
)
def test_weights_that_do_not_fit_are_refused(change):
    built = stage.build(bound(plain), SHAPE, 0)
    with pytest.raises(WorkError) as refused:
        stage.put_back(built.variables, change(stage.take(built.variables)), "somebody")
    assert (refused.value.code, refused.value.where) == ("weights-mismatch", "somebody")


def test_weights_go_by_network():
    one, other = (stage.build(bound(pair), SHAPE, seed) for seed in (0, 1))
    stage.put_back(other.variables, stage.take(one.variables))
    assert bits(stage.take(one.variables)) == bits(stage.take(other.variables))
    swapped = {"finder": stage.take(one.variables)["filler"], "filler": stage.take(one.variables)["finder"]}
    with pytest.raises(WorkError):
        stage.put_back(other.variables, swapped)


def test_before_the_first_epoch_no_loss_is_best():
    assert math.isinf(stage.Checkpoint().best_loss)

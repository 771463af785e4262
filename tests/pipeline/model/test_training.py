"""Models are trained by Keras, one through `fit` or several in turn; what is not finite ends the work by name."""

import numpy as np
import pytest
from pipeline.model.nets import (
    CLEAN,
    DAMAGED,
    MASKS,
    OWNER,
    SHAPE,
    TRUTHS,
    angle,
    bound,
    conv,
    joint,
    masking,
    needs,
    pair,
    plain,
    trained,
    training,
    turning,
)

from restore.errors import ComponentError, WorkError
from restore.pipeline import model as stage
from restore.pipeline.model.training import WARM_START, WARM_UP, _Means

STILL = training(epochs=1, lr=1e-30, schedule="constant", optimizer="sgd")
"""A training after which the weights are those of before."""


@pytest.mark.trains
def test_the_best_epoch_is_kept_and_training_stops_after_patience():
    last, _ = trained(plain, training(epochs=30, lr=1e-30, schedule="constant", optimizer="sgd", patience=2))
    losses = [row["val_loss"] for row in last.history]
    assert last.best_epoch == int(np.argmin(losses)) + 1
    assert last.stopped_early
    assert last.epochs == last.best_epoch + 2
    more, _ = trained(plain, training(epochs=30), start=last)
    assert more is last


@pytest.mark.trains
def test_each_of_several_networks_keeps_its_own_best_epoch():
    plan = training(epochs=4, lr=0.5, schedule="constant", optimizer="adam")
    last, _ = trained(pair, plan)
    best = {
        name: int(np.argmin([row[f"{name}.val_loss"] for row in last.history])) + 1 for name in ("finder", "filler")
    }
    assert len({*best.values(), last.best_epoch}) > 1, "else this tests nothing"
    for name, epoch in best.items():
        after, _ = trained(pair, plan, stop_after=epoch)
        assert all(map(np.array_equal, last.best[name], after.weights[name]))


@pytest.mark.trains
def test_a_frozen_network_stays_and_others_may_begin_with_stored_weights():
    before = stage.take(stage.build(bound(pair), SHAPE, 99).variables)
    start = stage.Checkpoint(weights={"finder": before["finder"]})
    last, built = trained(pair, training(epochs=2), start=start, frozen=["finder"])
    for arrays in (last.best, last.weights, stage.take(built.variables)):
        assert all(map(np.array_equal, arrays["finder"], before["finder"]))
    assert not all(map(np.array_equal, last.best["filler"], before["filler"]))
    with pytest.raises(WorkError):
        trained(pair, training(epochs=2), start=stage.Checkpoint(weights={"other": before["finder"]}))


def test_the_learning_rate_rises_and_falls_to_zero_along_half_a_cosine():
    import keras

    steps, warmup = 200, round(WARM_UP * 200)
    rate = keras.optimizers.schedules.CosineDecay(
        0.3 * WARM_START, steps - warmup, warmup_target=0.3, warmup_steps=warmup
    )
    assert [stage.cosine(step / steps, 0.3) for step in range(steps + 1)] == pytest.approx(
        [float(rate(step)) for step in range(steps + 1)], abs=1e-6
    )


@pytest.mark.trains
@pytest.mark.parametrize(
    ("function", "schedule", "last"),
    [
        (plain, "cosine", stage.cosine(5 / 6, 1e-2)),
        (plain, "constant", 1e-2),
        (pair, "cosine", stage.cosine(5 / 6, 1e-2)),
    ],
)
def test_training_follows_the_schedule(function, schedule, last):
    _, built = trained(function, training(epochs=2, schedule=schedule))
    for one in built.trainees.values():
        assert float(one.model.optimizer.learning_rate) == pytest.approx(last)


@pytest.mark.trains
@needs("tensorflow")
def test_a_training_step_is_traced_once():
    traced = []

    def counting(shape):
        import keras

        class Counting(keras.Model):
            def train_step(self, *given):
                traced.append(1)
                return super().train_step(*given)

        inputs = keras.Input(shape)
        return Counting(inputs, {"image": conv(inputs), "mask": conv(inputs)})

    trained(counting, training(epochs=1))
    assert traced == [1]


@pytest.mark.trains
def test_networks_in_turn_have_the_mean_figures_of_an_epoch_and_choose_by_their_sum():
    last, built = trained(pair, STILL)
    (row,) = last.history
    assert set(row) == {"epoch", "seconds", "loss", "val_loss"} | {
        f"{name}.{figure}" for name in ("finder", "filler") for figure in ("loss", "val_loss")
    }
    finder = built.network.models["finder"]
    found = finder.predict(DAMAGED, verbose=0)["mask"][..., 0].astype(float)
    entropy = -np.log(np.where(MASKS, found, 1 - found)).mean()
    assert row["finder.val_loss"] == pytest.approx(entropy, rel=1e-5)
    assert row["finder.loss"] == pytest.approx(entropy, rel=1e-5)
    for prefix in ("", "val_"):
        assert row[f"{prefix}loss"] == pytest.approx(row[f"finder.{prefix}loss"] + row[f"filler.{prefix}loss"])


def test_a_batch_counts_in_a_mean_as_often_as_it_has_images():
    class Still:
        def reset_metrics(self):
            pass

    means = _Means("val_")
    for count, loss in ((8, 1.0), (4, 4.0)):
        for name in ("a", "b"):
            batch = ({"image": CLEAN[:count], "mask": CLEAN[:count]}, CLEAN[:count])
            means.add(name, batch, lambda x, y, *, return_dict, loss=loss: {"loss": loss, "mae": -loss}, Still())
    assert means.figures == {
        "val_loss": 4.0, "a.val_loss": 2.0, "a.val_mae": -2.0, "b.val_loss": 2.0, "b.val_mae": -2.0
    }  # fmt: skip


@pytest.mark.trains
@pytest.mark.parametrize("function", [joint, turning], ids=["together", "with a head"])
def test_what_is_trained_at_once_has_a_figure_for_each_loss(function):
    last, built = trained(function, training(epochs=2))
    before = stage.take(stage.build(bound(function), CLEAN.shape[1:], 7).variables)
    names = {"image", "mask"} | ({"angle"} if function is turning else set())
    assert set(last.history[0]) == {"epoch", "seconds", "loss", "val_loss"} | {
        f"{prefix}{name}_loss" for prefix in ("", "val_") for name in names
    }
    assert all(np.isfinite(list(row.values())).all() for row in last.history)
    for name, arrays in stage.take(built.variables).items():
        assert not any(np.array_equal(one, other) for one, other in zip(arrays, before[name], strict=True))


@pytest.mark.trains
def test_a_loss_that_is_not_finite_ends_the_work_by_name():
    poisoned = CLEAN.copy()
    poisoned[3] = np.nan
    for function in (plain, pair):
        with pytest.raises(WorkError) as ended:
            trained(function, training(), clean=poisoned)
        assert ended.value.code == "not-finite"
        assert not isinstance(ended.value, ComponentError)


@pytest.mark.trains
@pytest.mark.filterwarnings("ignore:Gradients do not exist for variables")
def test_a_head_without_a_loss_is_left_alone_beside_others_without():
    def headed(shape):
        return masking(shape, angle=angle, confidence=conv)

    last, built = trained(headed, training(epochs=1))
    assert {"image_loss", "mask_loss"} < set(last.history[0])
    assert not {"angle_loss", "confidence_loss"} & set(last.history[0])
    assert stage.settle_targets(built, TRUTHS)["model"] == ["image", "mask", "angle", "confidence"]


@pytest.mark.trains
def test_a_loss_that_does_not_leave_out_missing_truth_is_the_model_s_fault_before_training():
    with pytest.raises(ComponentError) as refused:
        trained(lambda shape: turning(shape, "mse"), training())
    assert (refused.value.code, refused.value.where) == ("plugin-fault", OWNER)

"""Models are built from a seed, trained by Keras, and carried on as if they had never been stopped."""

import contextlib
import math

import numpy as np
import pytest

from restore.errors import ComponentError, WorkError
from restore.pipeline import model as stage
from restore.planning.plan import Training
from restore.plugins.boundary import Bound
from restore.plugins.catalogue import Entry
from restore.plugins.components import Model
from restore.plugins.discovery import Plugin

SHAPE = (8, 8, 1)
RNG = np.random.default_rng(0)
CLEAN = RNG.uniform(0, 1, (20, *SHAPE)).astype(np.float32)
MASKS = RNG.random((20, 8, 8)) < 0.3
DAMAGED = np.where(MASKS[..., None], 0, CLEAN).astype(np.float32)
TRUTHS = [{"angle": np.array([i, -i], np.float32)} if i % 2 else {} for i in range(20)]


def bound(function):
    entry = Entry(Model("own", "tests:own", "Of this test."), Plugin("p", "dist-of-p", "1.2", "ok"))
    return Bound(entry, function, {})


def plain_net(shape):
    import keras

    inputs = keras.Input(shape)
    hidden = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    hidden = keras.layers.Dropout(0.2)(hidden)
    return keras.Model(inputs, keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")(hidden))


def masking_net(shape):
    import keras

    inputs = keras.Input(shape)
    hidden = keras.layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    outputs = {
        name: keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid", name=name)(hidden)
        for name in ("image", "mask")
    }
    return keras.Model(inputs, outputs)


def training(**changes):
    usual = {"epochs": 5, "batch": 8, "optimizer": "adamw", "lr": 1e-2, "loss": "mse", "schedule": "cosine"}
    return Training(**(usual | {"patience": 9} | changes))


def trained(function, plan, *, start=None, stop_after=None, clean=CLEAN, on_epoch=lambda _: None):
    """Train a new model on batches that depend on the epoch; return its last checkpoint and the model."""
    built = stage.build(bound(function), SHAPE, 7)
    steps = 3
    stage.compile_model(built, plan)

    def batches(epoch, i):
        order = np.random.default_rng(epoch).permutation(20)[i * 8 : i * 8 + 8]
        return stage.batch_of(built, clean[order], DAMAGED[order], MASKS[order], [TRUTHS[k] for k in order])

    def validation(i):
        part = slice(i * 8, i * 8 + 8)
        return stage.batch_of(built, CLEAN[part], DAMAGED[part], MASKS[part], TRUTHS[part])

    class Enough(Exception):
        pass

    kept = [start or stage.Checkpoint()]

    def keep(checkpoint):
        kept.append(checkpoint)
        on_epoch(checkpoint)
        if checkpoint.epochs == stop_after:
            raise Enough

    with contextlib.suppress(Enough):
        stage.fit(
            built,
            batches,
            steps,
            validation,
            steps,
            plan,
            start=kept[0],
            on_batch=lambda *_: None,
            on_validation=lambda: None,
            on_epoch=keep,
        )
    return kept[-1], built


def same(first, second):
    return len(first) == len(second) and all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("function", [plain_net, masking_net])
def test_carried_on_equals_uninterrupted(function):
    whole, _ = trained(function, training())
    half, _ = trained(function, training(), stop_after=2)
    again, _ = trained(function, training(), start=half)
    assert whole.epochs == again.epochs == 5
    assert same(whole.weights, again.weights)
    assert same(whole.optimizer, again.optimizer)
    assert same(whole.best, again.best)
    assert [row["val_loss"] for row in whole.history] == [row["val_loss"] for row in again.history]


def test_the_best_epoch_is_kept_and_training_stops_after_patience():
    last, _ = trained(plain_net, training(epochs=30, lr=1e-30, schedule="constant", optimizer="sgd", patience=2))
    losses = [row["val_loss"] for row in last.history]
    assert last.best_epoch == int(np.argmin(losses)) + 1
    assert last.stopped_early
    assert last.epochs == last.best_epoch + 2
    more, _ = trained(plain_net, training(epochs=30), start=last)
    assert more is last


def test_the_seed_gives_the_weights():
    first, second = (stage.take(stage.build(bound(plain_net), SHAPE, 3).model.variables) for _ in range(2))
    other = stage.take(stage.build(bound(plain_net), SHAPE, 4).model.variables)
    assert same(first, second)
    assert not same(first, other)


def test_the_learning_rate_rises_and_falls_to_zero_along_half_a_cosine():
    import keras

    steps, warmup = 200, round(stage.WARM_UP * 200)
    rate = keras.optimizers.schedules.CosineDecay(
        0.3 * stage.WARM_START, steps - warmup, warmup_target=0.3, warmup_steps=warmup
    )
    assert [stage.cosine(step / steps, 0.3) for step in range(steps + 1)] == pytest.approx(
        [float(rate(step)) for step in range(steps + 1)], abs=1e-6
    )


@pytest.mark.parametrize(("schedule", "last"), [("cosine", stage.cosine(5 / 6, 1e-2)), ("constant", 1e-2)])
def test_training_follows_the_schedule(schedule, last):
    _, built = trained(plain_net, training(epochs=2, schedule=schedule))
    assert float(built.model.optimizer.learning_rate) == pytest.approx(last)


def test_a_training_step_is_traced_once():
    traced = []

    def counting_net(shape):
        import keras

        class Counting(keras.Model):
            def train_step(self, *given):
                traced.append(1)
                return super().train_step(*given)

        net = masking_net(shape)
        return Counting(net.inputs[0], dict(zip(("image", "mask"), net.outputs, strict=True)))

    trained(counting_net, training(epochs=1))
    assert traced == [1]


def test_a_batch_holds_exactly_the_targets_that_the_model_names():
    one = stage.build(bound(plain_net), SHAPE, 0)
    x, y = stage.batch_of(one, CLEAN, DAMAGED, MASKS, TRUTHS)
    assert x is DAMAGED
    assert y is CLEAN
    two = stage.build(bound(masking_net), SHAPE, 0)
    _, y, weights = stage.batch_of(two, CLEAN, DAMAGED, MASKS, TRUTHS)
    assert set(y) == {"image", "mask"} == set(weights)
    assert np.array_equal(y["mask"][..., 0], MASKS)
    assert weights["image"].mean() == pytest.approx(1, rel=1e-5)
    assert not weights["image"][~MASKS].any()


def test_what_was_drawn_is_a_target_and_nan_where_it_is_missing():
    built = stage.Built(None, {"image": SHAPE, "angle": (2,)}, compiles=False)
    _, y = stage.batch_of(built, CLEAN, DAMAGED, MASKS, TRUTHS)
    assert np.isnan(y["angle"][0]).all()
    assert y["angle"][3].tolist() == [3, -3]


def test_without_damage_the_weights_are_zero_not_nan():
    built = stage.Built(None, {"image": SHAPE, "mask": SHAPE}, compiles=False)
    _, _, weights = stage.batch_of(built, CLEAN, CLEAN, np.zeros_like(MASKS), TRUTHS)
    assert not weights["image"].any()


def test_a_loss_that_is_not_finite_ends_the_work_by_name():
    poisoned = CLEAN.copy()
    poisoned[3] = np.nan
    with pytest.raises(WorkError, match="loss is nan after epoch 1"):
        trained(plain_net, training(), clean=poisoned)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (lambda shape: 3, "not a Keras model"),
        (lambda shape: plain_net((8, 8, 3)), "taking an image of shape (8, 8, 1)"),
        (lambda shape: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_a_model_that_breaks_the_contract_is_named(function, told):
    with pytest.raises(ComponentError) as error:
        stage.build(bound(function), SHAPE, 0)
    assert told in str(error.value)
    assert "dist-of-p 1.2" in str(error.value)


def test_weights_of_another_shape_are_refused():
    built = stage.build(bound(plain_net), SHAPE, 0)
    with pytest.raises(WorkError, match="do not fit"):
        stage.put_back(built.model.variables, stage.take(built.model.variables)[:-1])


def test_before_the_first_epoch_no_loss_is_best():
    assert math.isinf(stage.Checkpoint().best_loss)

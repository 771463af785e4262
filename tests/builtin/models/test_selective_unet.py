import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from restore.builtin.models.selective_unet import selective_unet

SHAPE = (16, 16, 1)


def build(shape=SHAPE, **options):
    keras.utils.set_random_seed(0)
    return selective_unet(shape, **({"width": 8, "depth": 1} | options))


def compiled(optimizer="adam", **options):
    model = build(**options)
    model.compile(optimizer, loss={"image": "mse", "mask": "binary_crossentropy"}, jit_compile=False)
    return model


def batch(number=8, side=16):
    """Stripes with a black box of 6 pixels, as the engine hands them to `fit`."""
    rng = np.random.default_rng(0)
    rows = np.arange(side)[None, :, None, None] + rng.integers(0, 4, (number, 1, 1, 1))
    clean = np.broadcast_to(0.5 + 0.4 * np.sin(rows * np.pi / 2), (number, side, side, 1)).astype(np.float32)
    mask = np.zeros((number, side, side), np.float32)
    for one in mask:
        row, column = rng.integers(0, side - 6, 2)
        one[row : row + 6, column : column + 6] = 1
    weights = {"image": mask / mask.mean(), "mask": np.ones_like(mask)}
    return clean * (1 - mask[..., None]), {"image": clean, "mask": mask[..., None]}, weights


def values(model):
    return [keras.ops.convert_to_numpy(variable) for variable in model.weights]


def test_the_default_size_is_as_documented():
    assert selective_unet((None, None, 1)).count_params() == 1_793_235


@pytest.mark.parametrize(
    ("shape", "given"),
    [
        ((16, 16, 1), (16, 16)),
        ((13, 18, 1), (13, 18)),
        ((16, 16, 3), (16, 16)),
        ((None, None, 1), (21, 9)),
        ((None, None, 3), (1, 5)),
        ((None, 16, 1), (3, 16)),
    ],
)
def test_outputs_have_the_size_of_the_image_and_lie_in_the_unit_range(shape, given):
    images = np.random.default_rng(0).random((2, *given, shape[2]), np.float32)
    outputs = build(shape).predict(images, verbose=0)
    assert {name: value.shape for name, value in outputs.items()} == {
        "image": images.shape,
        "mask": (2, *given, 1),
        "confidence": (2, *given, 1),
    }
    for value in outputs.values():
        assert value.dtype == np.float32
        assert value.min() >= 0
        assert value.max() <= 1


def test_padding_repeats_the_edge():
    model = build((None, None, 1))
    images = np.random.default_rng(0).random((1, 14, 15, 1), np.float32)
    padded = np.pad(images, ((0, 0), (0, 2), (0, 1), (0, 0)), mode="edge")
    small, large = (model.predict(one, verbose=0) for one in (images, padded))
    for name in small:
        assert_allclose(small[name], large[name][:, :14, :15], atol=1e-6)


def test_it_is_left_to_the_plan_to_compile():
    assert not build().compiled
    assert compiled().compiled


def test_it_learns_to_restore_and_to_find_the_damage():
    model = compiled(keras.optimizers.Adam(0.01))
    damaged, targets, weights = batch()
    losses = [model.train_on_batch(damaged, targets, weights, return_dict=True) for _ in range(60)]
    assert losses[-1]["image_loss"] < losses[0]["image_loss"] / 4
    found = model.predict(damaged, verbose=0)["mask"] > 0.5
    assert np.mean(found == (targets["mask"] > 0.5)) > 0.99


def test_the_same_seed_trains_the_same_weights():
    damaged, targets, weights = batch()
    runs = []
    for _ in range(2):
        model = compiled()
        for _ in range(3):
            model.train_on_batch(damaged, targets, weights)
        runs.append(values(model))
    for first, second in zip(*runs, strict=True):
        assert_array_equal(first, second)


def test_nothing_but_variables_is_kept_between_steps():
    """A model that gets the variables of another one goes on as that one does."""
    damaged, targets, weights = batch()
    one, other = compiled(), compiled()
    one.train_on_batch(damaged, targets, weights)
    other.optimizer.build(other.trainable_variables)
    for source, target in ((one.variables, other.variables), (one.optimizer.variables, other.optimizer.variables)):
        for old, new in zip(source, target, strict=True):
            new.assign(old)
    for model in (one, other):
        model.train_on_batch(damaged, targets, weights)
    for first, second in zip(values(one), values(other), strict=True):
        assert_array_equal(first, second)


def test_the_confidence_is_trained_and_shapes_neither_image_nor_mask():
    damaged, targets, weights = batch()
    nothing = {name: np.zeros_like(value) for name, value in weights.items()}
    model = compiled("sgd")
    before = model.predict(damaged, verbose=0)
    model.train_on_batch(damaged, targets, nothing)
    after = model.predict(damaged, verbose=0)
    assert_array_equal(after["image"], before["image"])
    assert_array_equal(after["mask"], before["mask"])
    assert np.abs(after["confidence"] - before["confidence"]).max() > 0


def test_the_confidence_is_judged_in_the_hole_by_all_channels():
    model = compiled(shape=(2, 2, 3))
    clean = np.full((1, 2, 2, 3), 0.5, np.float32)
    image = clean.copy()
    image[0, 0, 0] += 0.05  # near in every channel
    image[0, 0, 1, 2] += 0.2  # far in one channel
    mask = np.array([[[[1], [1]], [[0], [0]]]], np.float32)
    confidence = np.array([[[[0.8], [0.7]], [[0.1], [0.1]]]], np.float32)
    targets = {"image": clean, "mask": mask}
    guess = {"image": image, "mask": np.full_like(mask, 0.5)}
    loss, alone = (
        float(keras.ops.convert_to_numpy(super_or_own))
        for super_or_own in (
            model.compute_loss(None, targets, guess | {"confidence": confidence}),
            np.mean((image - clean) ** 2) + np.log(2),
        )
    )
    assert loss - alone == pytest.approx(-(np.log(0.8) + np.log(0.3)) / 2, abs=1e-5)


def test_a_batch_without_damage_gives_a_finite_loss():
    model = compiled()
    damaged, targets, weights = batch()
    clean = {"image": targets["image"], "mask": np.zeros_like(targets["mask"])}
    logs = model.train_on_batch(
        damaged, clean, {"image": weights["image"] * 0, "mask": weights["mask"]}, return_dict=True
    )
    assert np.isfinite(logs["loss"])

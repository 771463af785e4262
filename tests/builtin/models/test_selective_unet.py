import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from restore.builtin.models.selective_unet import MASK_WEIGHT, SURE_WEIGHT, selective_unet

SHAPE = (16, 16, 1)


def build(shape=SHAPE, **options):
    keras.utils.set_random_seed(0)
    return selective_unet(shape, **({"width": 8, "depth": 1} | options)).model


def compiled(optimizer="adam", *, eager=True, **options):
    model = build(**options)
    loss = {"image": "mse", "mask": "binary_crossentropy"}
    model.compile(optimizer, loss=loss, jit_compile=False, run_eagerly=eager)
    return model


def outputs_of(model, images, *, training=False):
    outputs = model(images, training=training)
    return {name: keras.ops.convert_to_numpy(value) for name, value in outputs.items()}


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


def values(variables):
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in variables]


def test_the_number_of_weights_is_as_documented():
    assert selective_unet((None, None, 1)).model.count_params() == 445_043


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
    outputs = outputs_of(build(shape), images)
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
    small, large = (outputs_of(model, one) for one in (images, padded))
    for name in small:
        assert_allclose(small[name], large[name][:, :14, :15], atol=1e-6)


def test_it_is_left_to_the_plan_to_compile():
    assert not build().compiled
    assert compiled().compiled


def test_it_learns_to_restore_and_to_find_the_damage():
    model = compiled(keras.optimizers.Adam(0.01), eager=False)
    damaged, targets, weights = batch()
    losses = [model.train_on_batch(damaged, targets, weights, return_dict=True) for _ in range(60)]
    assert losses[-1]["loss"] < losses[0]["loss"] / 2
    found = outputs_of(model, damaged)["mask"] > 0.5
    damage = targets["mask"] > 0.5
    assert (found & damage).sum() > 0.7 * (found | damage).sum()


def test_the_same_seed_builds_the_same_weights():
    for first, second in zip(values(build().variables), values(build().variables), strict=True):
        assert_array_equal(first, second)


def test_training_depends_on_nothing_but_variables():
    """A model that is put back to the variables it had goes on exactly as before: what a resumed run needs."""
    damaged, targets, weights = batch()
    model = compiled(eager=False)
    model.train_on_batch(damaged, targets, weights)
    variables = [*model.variables, *model.optimizer.variables]
    start = values(variables)
    ends = []
    for _ in range(2):
        for variable, value in zip(variables, start, strict=True):
            variable.assign(value)
        for _ in range(2):
            model.train_on_batch(damaged, targets, weights)
        ends.append(values(variables))
    assert any((first != last).any() for first, last in zip(start, ends[0], strict=True))
    for first, second in zip(*ends, strict=True):
        assert_array_equal(first, second)


def test_the_confidence_is_trained_and_shapes_neither_image_nor_mask():
    damaged, targets, weights = batch()
    nothing = {name: np.zeros_like(value) for name, value in weights.items()}
    model = compiled("sgd")
    before = outputs_of(model, damaged, training=True)
    model.train_on_batch(damaged, targets, nothing)
    after = outputs_of(model, damaged, training=True)
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
    loss = float(keras.ops.convert_to_numpy(model.compute_loss(None, targets, guess | {"confidence": confidence})))
    alone = np.mean((image - clean) ** 2) + MASK_WEIGHT * np.log(2)
    assert loss - alone == pytest.approx(-SURE_WEIGHT * (np.log(0.8) + np.log(0.3)) / 2, rel=1e-3)


def test_a_batch_without_damage_gives_a_finite_loss():
    model = compiled()
    damaged, targets, weights = batch()
    clean = {"image": targets["image"], "mask": np.zeros_like(targets["mask"])}
    logs = model.train_on_batch(
        damaged, clean, {"image": weights["image"] * 0, "mask": weights["mask"]}, return_dict=True
    )
    assert np.isfinite(logs["loss"])

"""A batch holds the inputs, targets and weights that a network learns from, whatever else was drawn."""

import types

import numpy as np
import pytest
from pipeline.model.nets import CLEAN, DAMAGED, MASKS, OWNER, SHAPE, TRUTHS, batch, bound

from restore.errors import ComponentError
from restore.pipeline.model import Built, Trainee, batches_of, check_truths, settle_targets, withheld
from restore.plugins.values import Network

ANGLED = {"image": SHAPE, "mask": SHAPE, "confidence": SHAPE, "angle": (2,)}


def built(outputs, *, losses=None, compiled=None, mask="none", make=None):
    """Return a model without Keras: a network that is never called."""
    network = types.SimpleNamespace(loss=compiled)
    trainees = {"model": Trainee(network, outputs, make)}
    return Built(Network(network, losses=losses or {}), trainees, outputs, mask, compiled is not None)


def batch_of(model, hidden=None, **changes):
    given = {"clean": CLEAN, "damaged": DAMAGED, "masks": MASKS, "truths": TRUTHS} | changes
    return batches_of(model, settle_targets(model), batch(*given.values()), hidden, bound(None))["model"]


def test_an_unnamed_image_learns_the_clean_ones_without_weights():
    x, y = batch_of(built({}))
    assert x is DAMAGED
    assert y is CLEAN


def test_without_a_mask_there_are_no_weights():
    x, y = batch_of(built({"image": SHAPE, "confidence": SHAPE}))
    assert x is DAMAGED
    assert list(y) == ["image"]


def test_with_a_mask_the_image_counts_where_it_is_damaged():
    _, y, weights = batch_of(built({"image": SHAPE, "mask": SHAPE, "confidence": SHAPE}))
    assert set(y) == set(weights) == {"image", "mask"}
    assert (y["mask"].dtype, y["mask"].shape) == (np.float32, (*MASKS.shape, 1))
    assert np.array_equal(y["mask"][..., 0], MASKS)
    assert np.allclose(weights["image"][MASKS], MASKS.size / MASKS.sum())
    assert not weights["image"][~MASKS].any()
    assert (weights["mask"] == 1).all()
    assert weights["image"].shape == weights["mask"].shape == MASKS.shape


def test_without_damage_the_weights_are_zero_not_nan():
    _, _, weights = batch_of(built({"image": SHAPE, "mask": SHAPE}), damaged=CLEAN, masks=np.zeros_like(MASKS))
    assert not weights["image"].any()


BOTH, THREE = ["image", "mask"], ["image", "mask", "angle"]


@pytest.mark.parametrize(
    ("model", "targets", "where_drawn"),
    [
        (built(ANGLED, losses={"angle": "mse"}), THREE, THREE),
        (built(ANGLED), BOTH, list(ANGLED)),
        (built({"image": SHAPE, "angle": (2,)}), ["image"], ["image", "angle"]),
        (built(ANGLED, compiled="mse"), THREE, THREE),
        (built(ANGLED, compiled=["mse"] * 4), THREE, THREE),
        (built(ANGLED, compiled={"image": "mse", "mask": "mse"}), BOTH, list(ANGLED)),
        (built(ANGLED, compiled={"image": "mse", "mask": "mse", "angle": None}), BOTH, list(ANGLED)),
        (built(ANGLED, compiled={"image": "mse", "mask": "mse", "angle": "mse"}), THREE, THREE),
        (built(ANGLED, compiled={"image": "mse"}), list(ANGLED), list(ANGLED)),
    ],
)
def test_the_targets_are_image_mask_what_is_drawn_and_what_has_a_loss(model, targets, where_drawn):
    """Where one of them has no loss, Keras wants a target for each output."""
    assert settle_targets(model)["model"] == targets
    assert settle_targets(model, [{}, {"angle": 3}, {"other": 4}])["model"] == where_drawn
    assert list(batch_of(model)[1]) == targets


def test_what_was_drawn_is_a_target_and_nan_where_it_is_missing():
    _, y, weights = batch_of(built(ANGLED, losses={"angle": "mse"}))
    assert np.isnan(y["angle"][::2]).all()
    assert y["angle"][3].tolist() == [3, -3]
    assert weights["angle"].tolist() == [1] * len(CLEAN)
    _, y, _ = batch_of(built(ANGLED, losses={"angle": "mse"}), truths=[{}] * len(CLEAN))
    assert np.isnan(y["angle"]).all()


@pytest.mark.parametrize(
    ("shape", "drawn"),
    [((), 3), ((1,), 3.5), ((1,), [3]), ((2,), [1, 2]), ((1, 4), [[1, 2, 3, 4]]), ((4,), [[1, 2, 3, 4]])],
)
def test_a_truth_of_the_output_s_shape_is_taken(shape, drawn):
    model = built({"image": SHAPE, "mask": SHAPE, "angle": shape}, losses={"angle": "mse"})
    check_truths(model, [{"angle": drawn}, {}, {"angle": None}], bound(None))
    _, y, weights = batch_of(model, truths=[{"angle": drawn}] * len(CLEAN))
    assert y["angle"].shape == (len(CLEAN), *shape)
    assert np.array_equal(y["angle"][0].ravel(), np.ravel(drawn))
    assert weights["angle"].shape == (len(CLEAN), *shape[:-1])


@pytest.mark.parametrize(
    ("shape", "drawn"),
    [((2,), 3), ((2,), [1, 2, 3]), ((4, 2), np.zeros((2, 4))), ((8,), np.zeros((4, 2))), ((2,), [[1], [2, 3]]),
     ((1,), "left"), ((1,), {"deg": 3})],
)  # fmt: skip
def test_a_truth_of_another_shape_is_the_model_s_fault(shape, drawn):
    model = built({"image": SHAPE, "angle": shape}, losses={"angle": "mse"})
    with pytest.raises(ComponentError) as refused:
        check_truths(model, [{}, {"angle": drawn}], bound(None))
    assert (refused.value.code, refused.value.where) == ("plugin-fault", OWNER)


@pytest.mark.parametrize("use", ["needed", "optional"])
def test_a_network_that_takes_a_mask_gets_it_beside_the_image(use):
    hidden = np.arange(len(CLEAN)) % 2 == 0 if use == "optional" else None
    x, y = batch_of(built({}, mask=use), hidden)
    assert x["image"] is DAMAGED
    assert y is CLEAN
    assert (x["mask"].dtype, x["mask"].shape) == (np.float32, (*MASKS.shape, 1))
    shown = np.ones(len(CLEAN), bool) if hidden is None else ~hidden
    assert np.array_equal(x["mask"][shown][..., 0], MASKS[shown])
    assert (x["mask"][~shown] == -1).all()


def test_half_of_the_masks_are_withheld_by_seed_epoch_and_image_alone():
    keys = [(0, 3, f"{i}.png") for i in range(400)]
    all_at_once = withheld(keys)
    assert 160 < all_at_once.sum() < 240
    one_by_one = np.concatenate([withheld([key]) for key in reversed(keys)])
    assert np.array_equal(one_by_one[::-1], all_at_once)
    for other in ((1, 3), (0, 4), (0, "fixed")):
        assert not np.array_equal(withheld([(*other, key[2]) for key in keys]), all_at_once)


def test_a_network_s_own_batch_is_taken_as_it_is_made_of_arrays_that_cannot_be_changed():
    def make(given):
        for array in (given.clean, given.damaged, given.masks):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
        return given.damaged[:2], given.clean[:2], given.rng.random(2)

    x, y, weights = batch_of(built({}, make=make))
    assert np.array_equal(x, DAMAGED[:2])
    assert np.array_equal(y, CLEAN[:2])
    assert np.array_equal(weights, batch_of(built({}, make=make))[2])


@pytest.mark.parametrize("made", [None, CLEAN, [CLEAN, CLEAN], (), (CLEAN,) * 4])
def test_a_batch_that_is_none_is_the_model_s_fault(made):
    with pytest.raises(ComponentError) as refused:
        batch_of(built({}, make=lambda _: made))
    assert (refused.value.code, refused.value.where) == ("plugin-fault", OWNER)

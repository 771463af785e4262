"""The finder looks at everything, the restorer works near what was found; undamaged pixels stay."""

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from restore.api import TrainingBatch
from restore.builtin.models.find_restore import find_restore, restoration
from restore.builtin.models.find_restore.experts import EVERYWHERE, EXPERTS, HOLES, THROUGH
from restore.builtin.models.find_restore.networks import FINDER_REACH
from restore.builtin.models.find_restore.restoration import Restoration, expected_gain
from restore.builtin.models.find_restore.windows import plan

MARKER = 1
"""Channel of a greyscale window that marks the damage."""


class Finder:
    """Finds black pixels, and is alarmed by them where `alarmed` allows it, (N, H, W, 1)."""

    def __init__(self, alarmed=True):
        self.alarmed = alarmed

    def predict_on_batch(self, images):
        black = (images == 0).all(axis=-1, keepdims=True).astype(np.float32)
        return {"mask": black, "alarm": black * self.alarmed}


class Restorer:
    """Restores to white what is black, and expects errors of 1 and `after`; keeps what it saw."""

    def __init__(self, after=0.5):
        self.after, self.seen = after, []

    def predict_on_batch(self, windows):
        self.seen.append(windows)
        image = windows[..., :-1]
        black = (image == 0).all(axis=-1, keepdims=True)
        errors = np.concatenate([black, np.full_like(image[..., :1], self.after)], axis=-1)
        confidence = np.full_like(image[..., :1], 0.75)
        return {
            "image": np.ones_like(image),
            "confidence": confidence,
            "errors": errors.astype(np.float32),
            "interval": np.full_like(confidence, 0.25),
        }


def images_of(shape, count=3, seed=0):
    return np.random.default_rng(seed).random((count, *shape), np.float32) * 0.8 + 0.1


def built(channels=1, variant="tiny", **options):
    keras.utils.set_random_seed(0)
    return find_restore((None, None, channels), variant=variant, **options)


@pytest.mark.parametrize("shape", [(96, 96, 1), (1, 1, 1), (5, 300, 3), (131, 200, 3)])
def test_damage_is_restored_and_nothing_else_is_touched(shape):
    images = images_of(shape)
    images[1, : shape[0] // 2 + 1, -20:] = 0
    images[2, :3, :3] = 0
    before = images.copy()
    outputs = Restoration(Finder(), {THROUGH: Restorer()})(images, None)
    black = (images == 0).all(axis=-1)
    assert_array_equal(images, before)
    assert_array_equal(outputs["mask"][..., 0] > 0.5, black)
    assert_allclose(outputs["image"][black], 1, rtol=1e-6)
    assert_array_equal(outputs["image"][~black], images[~black])
    assert_allclose(outputs["confidence"][black], 0.75, rtol=1e-6)
    assert_array_equal(outputs["confidence"][~black], 1)
    assert_allclose(outputs["interval"][..., 0], np.where(black, 0.25, 0), rtol=1e-6)


def test_a_place_without_alarm_stays():
    images = images_of((96, 96, 1))
    images[:, 10:20, 10:20] = images[:, 50:60, 50:60] = 0
    alarmed = np.zeros((96, 96, 1), bool)
    alarmed[55, 55] = True
    mask = Restoration(Finder(alarmed), {THROUGH: Restorer()})(images, None)["mask"][..., 0]
    assert (mask[:, 50:60, 50:60] > 0.5).all()
    assert (mask[:, :50] <= 0.5).all()


def test_undamaged_images_cost_the_finder_alone():
    images = images_of((96, 96, 1))
    restorer = Restorer()
    outputs = Restoration(Finder(), {THROUGH: restorer})(images, None)
    assert_array_equal(outputs["image"], images)
    assert not restorer.seen


def test_the_restorer_sees_windows_and_not_images():
    images = images_of((200, 300, 1))
    images[:, 50:60, 70:80] = images[:, 150:160, 220:230] = 0
    restorer = Restorer()
    Restoration(Finder(), {THROUGH: restorer})(images, None)
    assert [one.shape for one in restorer.seen] == [(6, 48, 48, 2)]
    assert set(np.unique(restorer.seen[0][..., MARKER])) == {0, 1}


def test_a_given_mask_is_taken_as_it_is():
    images = images_of((96, 96, 1))
    masks = np.zeros(images.shape[:3], bool)
    masks[1, 10:20, 10:20] = True
    images[1, 10:20, 10:20] = 0
    restorer = Restorer()
    outputs = Restoration(None, {THROUGH: restorer})(images, masks)
    assert_array_equal(outputs["mask"][..., 0], masks)
    assert set(np.unique(restorer.seen[0][..., MARKER])) == {0, 1}
    assert_allclose(outputs["image"][masks], 1, rtol=1e-6)
    assert_array_equal(outputs["image"][~masks], images[~masks])


def test_each_window_takes_the_restorer_of_its_damage():
    stripes = np.arange(64)[None, :] * 2 * np.pi
    images = np.stack([np.broadcast_to(0.5 + 0.4 * np.sin(stripes / one), (60, 64)) for one in (3.5, 9.0, 9.0)])
    images = images[..., None].astype(np.float32)
    masks = np.zeros(images.shape[:3], bool)
    masks[:2, 20:40, 20:30] = True
    masks[2] = True
    images[1][masks[1]] = 0
    experts = {name: Restorer() for name in EXPERTS}
    outputs = Restoration(None, experts)(images, masks)
    seen = [experts[name].seen[0] for name in (THROUGH, HOLES, EVERYWHERE)]
    assert [len(one) for one in seen] == [1] * 3
    for image, mask, one in zip(images, masks, seen, strict=True):
        ((window,),) = (group.windows for group in plan(mask))
        assert_array_equal(one[0, ..., :-1], window.cut(image))
    assert_allclose(outputs["image"][masks], 1, rtol=1e-6)
    assert_array_equal(outputs["image"][~masks], images[~masks])


def test_where_harm_is_expected_the_input_is_kept():
    images = images_of((96, 96, 1))
    images[1, 10:20, 10:20] = 0
    outputs = Restoration(Finder(), {THROUGH: Restorer(after=1.5)})(images, None)
    assert_array_equal(outputs["image"], images)
    assert outputs["mask"].max() <= 0.5


def test_expected_errors_are_averaged_before_they_decide():
    mask = np.zeros((40, 40), bool)
    mask[5:25, 5:25] = True
    after = np.random.default_rng(0).exponential(1.0, (*mask.shape, 1)).astype(np.float32)
    before = np.full_like(after, 2)
    assert (after > before).any()
    assert (expected_gain(np.concatenate([before, after], axis=-1), mask)[mask] > 1).all()
    assert (expected_gain(np.concatenate([before / 10, after], axis=-1), mask)[mask] < 1).all()
    assert not expected_gain(np.concatenate([before, after], axis=-1), mask)[33:].any()


@pytest.mark.parametrize("side", [30, 200, 400])
def test_gains_in_parts_equal_those_of_the_whole(side):
    rng = np.random.default_rng(side)
    masks = np.zeros((2, 420, 410), bool)
    masks[0, 5 : 5 + side, :side] = rng.random((min(side, 415), side)) < 0.7
    masks[1, -side:, -60:] = True
    errors = rng.exponential(1.0, (*masks.shape, 2)).astype(np.float32)
    gains = np.zeros_like(masks)
    for place in restoration.places(restoration.groups_in(masks), masks.shape):
        gains[place] = restoration.gains(errors, masks, place)
    for one, mask, error in zip(gains, masks, errors, strict=True):
        assert_array_equal(one[mask], (expected_gain(error, mask)[..., 0] > 1)[mask])


def test_damage_everywhere_is_restored_in_pieces():
    images = np.zeros((2, 300, 200, 1), np.float32)
    restorer = Restorer()
    outputs = Restoration(Finder(), {THROUGH: restorer})(images, None)
    assert max(one.shape[1] for one in restorer.seen) < 200
    assert_allclose(outputs["image"], 1, rtol=1e-6)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("variant", ["tiny", "base", "large"])
def test_the_networks_take_images_of_any_size(channels, variant):
    network = built(channels, variant)
    for size in ((1, 1), (17, 40), (150, 61)):
        images = images_of((*size, channels), count=2)
        masks = np.random.default_rng(0).random(images.shape[:3]) < 0.1
        for given in (None, masks):
            outputs = network.restore(images, given)
            assert outputs["image"].shape == images.shape
            assert outputs["mask"].shape == outputs["confidence"].shape == (2, *size, 1)
            assert all(one.dtype == np.float32 and np.isfinite(one).all() for one in outputs.values())


def reaching(**options):
    """Return the networks, the finder's blocks, which begin as the identity, with weights that reach as far as they can."""
    network = built(**options)
    for layer in network.models["finder"].layers:
        if layer.weights and not any(one.any() for one in layer.get_weights()):
            layer.set_weights([np.random.default_rng(0).normal(0, 0.1, one.shape) for one in layer.get_weights()])
    return network


@pytest.mark.parametrize("fine", [False, True])
def test_a_large_image_is_searched_in_parts_that_equal_the_whole(monkeypatch, fine):
    network = reaching(fine=fine)
    search = network.restore.search
    image = np.random.default_rng(1).random((1, 600, 1030, 1), np.float32)
    whole = search(image)
    monkeypatch.setattr("restore.builtin.models.find_restore.restoration.CORE", 320)
    assert_allclose(search(image), whole, atol=2e-5)


@pytest.mark.parametrize("fine", [False, True])
def test_the_finder_sees_no_farther_than_its_reach(fine):
    network = reaching(fine=fine)
    image = np.random.default_rng(1).random((1, 32, 640, 1), np.float32)
    changed = image.copy()
    changed[:, :, 0] = 1 - changed[:, :, 0]
    before, after = (network.models["finder"].predict_on_batch(one)["mask"] for one in (image, changed))
    moved = np.flatnonzero((before != after).any(axis=(0, 1, 3)))
    assert FINDER_REACH // 2 < moved.max() < FINDER_REACH


def test_the_number_of_weights_is_as_documented():
    counts = {
        variant: [one.count_params() for one in built(variant=variant).models.values()]
        for variant in ("tiny", "base", "large")
    }
    fine = [built(variant=variant, fine=True).models["finder"].count_params() for variant in counts]
    assert fine == [196_477, 383_021, 796_429]
    assert counts == {"tiny": [189_205, 94_021], "base": [360_837, 362_357], "large": [751_141, 805_285]}


def test_brighter_windows_are_restored_as_much_brighter():
    network = built()
    image = np.full((1, 64, 64, 1), 0.6, np.float32)
    marker = np.zeros_like(image)
    marker[:, 20:40, 20:40] = 1
    bright, dark = (
        network.models["restorer"].predict_on_batch(np.concatenate([one, marker], axis=-1))["image"]
        for one in (image, image - 0.4)
    )
    assert_allclose(bright - 0.4, dark, atol=1e-5)


@pytest.mark.trains
def test_it_learns_to_restore():
    """Stripes with a black box: they go on in it after a while."""
    network = built()
    rng = np.random.default_rng(0)
    columns = np.arange(64)[None, None, :, None] + rng.integers(0, 8, (64, 1, 1, 1))
    clean = np.broadcast_to(0.5 + 0.4 * np.sin(columns * np.pi / 4), (64, 64, 64, 1)).astype(np.float32)
    masks = np.zeros(clean.shape[:3], bool)
    for one in masks:
        row, column = rng.integers(0, 48, 2)
        one[row : row + 16, column : column + 16] = True
    damaged = np.where(masks[..., None], 0, clean).astype(np.float32)
    restorer = network.models["restorer"]
    losses = {"image": "mse", "confidence": None, "errors": None, "interval": None}
    restorer.compile(keras.optimizers.Adam(5e-3), losses)
    for step in range(60):
        part = np.s_[8 * (step % 7) : 8 * (step % 7) + 8]
        batch = TrainingBatch(clean[part], damaged[part], masks[part], [{}] * 8, rng)
        restorer.train_on_batch(*network.batches["restorer"](batch))
    restored = network.restore(damaged[56:], masks[56:])["image"]
    error, was = (np.square(one - clean[56:])[masks[56:]].mean() for one in (restored, damaged[56:]))
    assert error < was / 4

"""The finder learns from whole images, the restorer from windows near the damage."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from restore.api import TrainingBatch
from restore.builtin.models.find_restore.batches import SIDE, WIDER, pad, whole_images, windows_near


def batch_of(count=32, shape=(96, 80, 1), *, mask=None, seed=0):
    """Return noise with a black box of 20 pixels, or with `mask`, in every image."""
    rng = np.random.default_rng(seed)
    clean = rng.random((count, *shape), np.float32) * 0.9 + 0.1
    masks = np.zeros((count, *shape[:2]), bool)
    if mask is None:
        for one in masks:
            row, column = (rng.integers(0, max(1, side - 20)) for side in shape[:2])
            one[row : row + 20, column : column + 20] = True
    else:
        masks[:] = mask
    return TrainingBatch(clean, np.where(masks[..., None], 0, clean).astype(np.float32), masks, [{}] * count, rng)


def test_the_finder_sees_damaged_images_and_some_undamaged_ones():
    images, targets = whole_images(batch_of())
    assert images.shape == (48, 96, 80, 1)
    assert_array_equal(images == 0, targets["mask"] == 1)
    assert (targets["mask"].max(axis=(1, 2, 3)) == [1] * 32 + [0] * 16).all()


def test_the_finder_sees_images_of_a_size_that_it_takes():
    images, targets = whole_images(batch_of(shape=(33, 47, 3)))
    assert images.shape[1:] == (48, 48, 3)
    assert targets["mask"].shape[1:] == (48, 48, 1)
    assert_array_equal((images == 0).all(axis=-1), targets["mask"][..., 0] == 1)


@pytest.mark.parametrize("shape", [(96, 80, 1), (200, 150, 3), (20, 96, 1), (1, 1, 1)])
def test_the_restorer_sees_windows_with_marked_damage(shape):
    x, y, weights = windows_near(batch_of(shape=shape))
    channels = shape[2]
    assert x.shape == (32, SIDE, SIDE, channels + 1)
    assert y["image"].shape == (32, SIDE, SIDE, channels)
    marked, black = x[..., -1] == 1, (x[..., :-1] == 0).all(axis=-1)
    assert (marked == (x[..., -1] > 0)).all()
    assert marked[black].all()
    assert_array_equal(x[..., :-1][~black], y["image"][~black])
    assert_array_equal(weights["image"] > 0, marked)
    assert_allclose(weights["image"].mean(), 1, rtol=1e-4)


def test_now_and_then_what_is_marked_is_intact():
    x, y, _ = windows_near(batch_of(512))
    black = (x[..., :-1] == 0).any(axis=(1, 2, 3))
    assert x[..., -1].any(axis=(1, 2)).all()
    assert 0.1 < (~black).mean() < 0.2
    assert_array_equal(x[~black][..., :-1], y["image"][~black])


def test_some_marks_are_wider_than_the_damage():
    x, _, _ = windows_near(batch_of(256, mask=np.pad(np.ones((20, 20), bool), ((40, 36), (30, 30)))))
    sizes = [int(one.sum()) for one in x[..., -1]]
    assert set(sizes) == {(20 + 2 * extra) ** 2 for extra in range(WIDER + 1)}
    assert 0.6 < np.mean(np.array(sizes) == 400) < 0.9


def test_damage_everywhere_and_none_make_windows_too():
    x, _, weights = windows_near(batch_of(mask=np.ones((96, 80), bool)))
    assert (x[..., -1] == 1).all()
    assert_allclose(weights["image"].mean(), 1, rtol=1e-4)
    x, _, weights = windows_near(batch_of(mask=np.zeros((96, 80), bool)))
    assert (x[..., -1] == 0).all()
    assert (weights["image"] == 0).all()


@pytest.mark.parametrize("make", [whole_images, windows_near])
def test_the_generator_of_the_batch_draws_everything(make):
    first, again, other = (make(batch_of(seed=seed))[0] for seed in (1, 1, 2))
    assert_array_equal(first, again)
    assert (first != other).any()


def test_padding_repeats_the_edge():
    images = np.random.default_rng(0).random((2, 5, 16, 1))
    assert pad(images[:, :, :, 0], 16).shape == (2, 16, 16)
    assert_array_equal(pad(images, 16)[:, 4:], np.repeat(images[:, 4:], 12, axis=1))
    assert pad(images, 1) is images

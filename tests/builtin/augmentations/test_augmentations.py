"""What the builtin augmentations do to images."""

import numpy as np
import pytest

from restore.builtin.augmentations.flip import flip
from restore.builtin.augmentations.shift_grey import shift_grey
from restore.builtin.augmentations.turn import turn

IMAGES = np.random.default_rng(1).random((2, 6, 6, 3), np.float32)
MASK = np.random.default_rng(2).random((6, 6)) < 0.5


def many(function, images=IMAGES, mask=MASK, **options):
    return [function(images, mask, np.random.default_rng(seed), **options) for seed in range(40)]


def test_flip_mirrors_half_of_the_time():
    mirrored = [
        np.array_equal(images, IMAGES[:, :, ::-1]) and np.array_equal(mask, MASK[:, ::-1])
        for images, mask in many(flip)
    ]
    kept = [np.array_equal(images, IMAGES) for images, _ in many(flip)]
    assert 10 < sum(mirrored) < 30
    assert sum(mirrored) + sum(kept) == 40


@pytest.mark.parametrize("width", [6, 5])
def test_turn_makes_every_turn_that_keeps_the_shape(width):
    images, mask = IMAGES[:, :, :width], MASK[:, :width]
    quarters = set()
    for turned, moved in many(turn, images, mask):
        assert turned.shape == images.shape
        (found,) = [q for q in range(4) if np.array_equal(np.rot90(images, q, axes=(1, 2)), turned)]
        assert np.array_equal(np.rot90(mask, found), moved)
        quarters.add(found)
    assert quarters == ({0, 1, 2, 3} if width == 6 else {0, 2})


def test_shift_grey_keeps_places_and_range():
    for images, mask in many(shift_grey, contrast=0.5, brightness=0.5):
        assert images.dtype == np.float32
        assert 0 <= images.min() <= images.max() <= 1
        assert mask is MASK
        order = np.argsort(IMAGES, axis=None)
        assert (np.diff(images.ravel()[order]) >= 0).all()
    unchanged, _ = shift_grey(IMAGES, MASK, np.random.default_rng(0), contrast=0, brightness=0)
    assert np.allclose(unchanged, IMAGES, atol=1e-6)

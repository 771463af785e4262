"""Images of any size come to the size of a run, and what is not scaled is not changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.images.fitting import Fitting, border_of

RNG = np.random.default_rng(4)
SIDES = st.integers(1, 40)


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from(["pad", "crop", "resize"]), st.sampled_from([1, 3]))
def test_the_size_and_the_range_are_met(height, width, tall, wide, fit, channels):
    image = RNG.integers(0, 2, (height, width, channels)).astype(np.float32)
    fitted = Fitting(image.shape[:2], (tall, wide), fit).apply(image)
    assert fitted.shape == (tall, wide, channels)
    assert fitted.dtype == np.float32
    assert 0 <= fitted.min() <= fitted.max() <= 1


@given(SIDES, SIDES, st.sampled_from(["pad", "crop", "resize"]))
def test_what_fits_is_not_changed(height, width, fit):
    image = RNG.random((height, width, 3), np.float32)
    assert np.array_equal(Fitting(image.shape[:2], (height, width), fit).apply(image), image)


def test_pad_puts_the_image_in_the_middle_of_its_background():
    image = np.full((3, 4, 1), 0.8, np.float32)
    image[1, 1:3] = 0.1
    fitted = Fitting(image.shape[:2], (6, 8), "pad").apply(image)
    assert np.array_equal(fitted[1:4, 2:6], image)
    outside = np.ones((6, 8), np.bool_)
    outside[1:4, 2:6] = False
    assert np.all(fitted[outside] == np.float32(0.8))


def test_pad_cuts_long_sides_around_the_middle():
    image = np.arange(10, dtype=np.float32).reshape(1, 10, 1) / 10
    assert np.array_equal(Fitting(image.shape[:2], (1, 4), "pad").apply(image), image[:, 3:7])


def test_the_border_is_a_value_that_is_there():
    image = RNG.integers(0, 256, (8, 9, 3)).astype(np.float32) / np.float32(255)
    assert all(value in image[..., channel] for channel, value in enumerate(border_of(image)))


def test_crop_keeps_proportions_and_the_middle():
    image = np.zeros((40, 80, 1), np.float32)
    image[10:30, 30:50] = 1  # a square in the middle
    fitted = Fitting(image.shape[:2], (20, 20), "crop").apply(image)[..., 0]
    assert np.allclose(fitted, fitted.T, atol=1e-3)
    assert np.allclose(fitted, fitted[::-1, ::-1], atol=1e-3)
    assert fitted[10, 10] > 0.99
    assert fitted[0, 0] < 0.01
    assert np.isclose(fitted.mean(), 0.25, atol=0.02)


def test_scaling_down_is_antialiased():
    board = (np.indices((64, 64)).sum(0) % 2).astype(np.float32)[..., None]
    assert np.abs(Fitting(board.shape[:2], (16, 16), "resize").apply(board) - 0.5).max() < 0.05


@pytest.mark.parametrize("fit", ["crop", "resize"])
def test_a_mask_covers_every_pixel_it_had(fit):
    mask = np.zeros((50, 50), np.bool_)
    mask[20:30, 22:24] = True
    fitted = Fitting(mask.shape, (20, 20), fit).apply_to_mask(mask)
    assert fitted.dtype == np.bool_
    assert fitted[8:12, 9].all()
    assert not fitted[0].any()


def test_a_mask_is_not_true_where_nothing_was():
    assert np.array_equal(Fitting((2, 2), (4, 4), "pad").apply_to_mask(np.ones((2, 2), np.bool_)).sum(), 4)


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from(["pad", "crop", "resize", "window"]))
def test_a_fit_can_be_reverted_to_the_size_and_the_pixels_that_were_dropped(height, width, tall, wide, fit):
    image = RNG.random((height, width, 1), np.float32)
    fitting = Fitting((height, width), (tall, wide), fit)
    fitted = fitting.apply(image)
    back = fitting.revert(fitted, image)
    assert back.shape == image.shape
    kept = fitting.revert_plane(np.ones(fitted.shape[:2], np.float32), 0)
    assert kept.shape == (height, width)
    assert 0 <= fitting.dropped < 1
    if fitting.scaled == fitting.shape:
        assert np.array_equal(back, image)
        assert np.isclose(1 - kept.mean(), fitting.dropped)
        changed = fitting.revert(1 - fitted, image)
        assert np.array_equal(changed[kept == 0], image[kept == 0])
        assert np.array_equal(changed[kept == 1], (1 - image)[kept == 1])


@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from(["pad", "crop", "resize"]))
def test_a_reverted_plane_lies_within_its_values(height, width, tall, wide, fit):
    plane = RNG.random((tall, wide), np.float32)
    back = Fitting((height, width), (tall, wide), fit).revert_plane(plane, 1)
    assert back.shape == (height, width)
    assert plane.min() - 1e-6 <= back.min() <= back.max() <= 1 + 1e-6


def test_scaling_down_and_back_keeps_what_is_smooth():
    y, x = np.mgrid[:60, :80] / 80
    image = (0.5 + 0.3 * np.sin(3 * x) * np.cos(2 * y)).astype(np.float32)[..., None]
    for fit in ("crop", "resize"):
        fitting = Fitting((60, 80), (30, 30), fit)
        assert np.abs(fitting.revert(fitting.apply(image), image) - image).max() < 0.02

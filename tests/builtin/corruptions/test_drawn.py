"""Scratches and text: what is drawn over an image, and what is marked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.builtin.corruptions.scratches import scratches
from restore.builtin.corruptions.strokes import cover
from restore.builtin.corruptions.text import text

SHAPES = st.tuples(st.integers(8, 60), st.integers(8, 60), st.sampled_from([1, 3]))


@given(st.sampled_from([scratches, text]), SHAPES, st.integers(1, 5), st.integers(0, 2**32))
def test_only_what_is_marked_is_changed(draw, shape, count, seed):
    image = np.random.default_rng(seed).random(shape, dtype=np.float32)
    before = image.copy()
    first, second = (draw(image, np.random.default_rng(seed), count=count) for _ in range(2))
    assert np.array_equal(image, before)
    assert np.array_equal(first.image, second.image)
    assert first.truth == second.truth
    assert first.image.dtype == np.float32
    assert first.image.shape == shape
    assert first.image.min() >= 0
    assert first.image.max() <= 1
    assert np.array_equal(first.image[~first.mask], image[~first.mask])


@pytest.mark.parametrize("draw", [scratches, text])
def test_the_grey_value_is_that_asked_for(draw):
    image = np.full((96, 96, 1), 0.5, np.float32)
    done = draw(image, np.random.default_rng(0), count=2, fill=0.25)
    assert done.mask.any()
    assert done.image[done.mask].min() == pytest.approx(0.25)
    assert done.image[done.mask].max() <= 0.5


def test_a_scratch_passes_through_its_ends_and_is_as_wide_as_asked():
    image = np.zeros((200, 200, 1), np.float32)
    done = scratches(image, np.random.default_rng(5), count=1, width=1.0, length=0.3, fill=1.0)
    start, _, end = done.truth["scratches"][0]
    for row, column in np.rint((start, end)).astype(int):
        assert done.mask[row, column]
    long = float(np.hypot(*np.subtract(end, start)))
    assert 0.1 * 0.99 <= long / np.hypot(200, 200) <= 0.3
    assert done.image.sum() == pytest.approx(long, rel=0.25)


@given(st.floats(1, 9), st.floats(0, np.pi))
def test_a_line_covers_its_length_times_its_width(width, turn):
    way = 40 * np.array([np.sin(turn), np.cos(turn)])
    middle = np.array([50.0, 50.0])
    covered = cover((101, 101), (middle - way / 2, middle + way / 2), width)
    # Its ends are round.
    assert covered.sum() == pytest.approx(40 * width + np.pi * width**2 / 4, rel=0.06, abs=1.5)


def test_a_line_outside_the_image_covers_nothing():
    assert not cover((10, 10), (np.array([-50.0, 0.0]), np.array([-40.0, 9.0])), 3.0).any()


def test_words_stand_where_they_are_said_to():
    image = np.ones((60, 200, 3), np.float32)
    done = text(image, np.random.default_rng(1), count=1, size=20, fill=0.0)
    ((word, top, left),) = done.truth["words"]
    rows, columns = np.nonzero(done.mask)
    assert 3 <= len(word) <= 8
    assert rows.min() == pytest.approx(top, abs=1)
    assert left <= columns.min() <= left + 4
    assert 10 <= np.ptp(rows) <= 30

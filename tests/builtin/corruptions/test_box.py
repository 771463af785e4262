"""The box: where it lies, what it covers, what it leaves."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.api import RequestError
from restore.builtin.corruptions.box import box


@st.composite
def cases(draw):
    shape = (draw(st.integers(1, 24)), draw(st.integers(1, 24)), draw(st.sampled_from([1, 3])))
    seed, size = draw(st.integers(0, 2**32)), draw(st.integers(1, min(shape[:2])))
    # Values away from the fill, so that every covered pixel changes.
    image = np.random.default_rng(seed).uniform(0.25, 0.75, shape).astype(np.float32)
    return image, seed, size, draw(st.integers(1, 4)), draw(st.sampled_from([0.0, 1.0]))


@settings(deadline=None)
@given(cases())
def test_the_mask_is_what_changed(case):
    image, seed, size, count, fill = case
    before = image.copy()
    damaged = box(image, np.random.default_rng(seed), size=size, count=count, fill=fill)
    assert np.array_equal(image, before)
    assert damaged.image.dtype == np.float32
    assert damaged.mask.dtype == bool
    assert np.array_equal((damaged.image != image).any(axis=2), damaged.mask)
    assert (damaged.image[damaged.mask] == np.float32(fill)).all()


@settings(deadline=None)
@given(cases())
def test_the_truth_draws_the_mask(case):
    image, seed, size, count, fill = case
    damaged = box(image, np.random.default_rng(seed), size=size, count=count, fill=fill)
    drawn = np.zeros_like(damaged.mask)
    for top, left, height, width in json.loads(json.dumps(damaged.truth))["boxes"]:
        assert (height, width) == (size, size)
        assert 0 <= top <= image.shape[0] - size
        assert 0 <= left <= image.shape[1] - size
        drawn[top : top + height, left : left + width] = True
    assert len(damaged.truth["boxes"]) == count
    assert np.array_equal(drawn, damaged.mask)


@settings(deadline=None)
@given(cases())
def test_the_same_generator_draws_the_same(case):
    image, seed, size, count, fill = case
    first, second = (box(image, np.random.default_rng(seed), size=size, count=count, fill=fill).image for _ in range(2))
    assert np.array_equal(first, second)


def test_every_place_is_used():
    rng = np.random.default_rng(0)
    image = np.ones((5, 6, 1), np.float32)
    places = {tuple(box(image, rng, size=4).truth["boxes"][0][:2]) for _ in range(200)}
    assert places == {(top, left) for top in range(2) for left in range(3)}


def test_a_box_larger_than_the_image_is_refused_with_both_sizes():
    with pytest.raises(RequestError) as caught:
        box(np.zeros((20, 40, 1), np.float32), np.random.default_rng(0), size=28)
    assert caught.value.code == "box-too-large"
    assert "28x28" in caught.value.what
    assert "20x40" in caught.value.what
    assert "20" in caught.value.hint

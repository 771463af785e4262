"""Windows hold all damage with its margin, and what they hold is put back where it was."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from restore.builtin.models.find_restore.windows import LIMIT, MARGIN, STEP, Blend, Group, Window
from restore.builtin.models.find_restore.windows import plan as groups_of


def plan(mask):
    """Return the windows of all groups."""
    return [window for group in groups_of(mask) for window in group.windows]


@st.composite
def masks(draw):
    """Return a mask of any size with a few rectangles, single pixels among them."""
    height, width = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    mask = np.zeros((height, width), bool)
    for _ in range(draw(st.integers(0, 4))):
        row, column = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        mask[row : row + draw(st.integers(1, 200)), column : column + draw(st.integers(1, 200))] = True
    return mask


@given(masks())
def test_every_damaged_pixel_has_its_margin_in_some_window(mask):
    held = np.zeros_like(mask)
    for window in plan(mask):
        inner = window.inner(mask.shape)
        assert all(one.start == 0 or one.start >= MARGIN for one in inner)
        held[inner] = True
    assert held[mask].all()


@given(masks())
def test_windows_have_sides_that_the_network_takes_and_hold_damage(mask):
    for window in plan(mask):
        assert window.height % STEP == window.width % STEP == 0
        assert max(window.height, window.width) <= LIMIT
        assert 0 <= window.top < mask.shape[0]
        assert 0 <= window.left < mask.shape[1]
        assert window.cut(mask).any()


@pytest.mark.parametrize("side", [1, 96, 1000])
def test_without_damage_there_is_no_window(side):
    assert not list(plan(np.zeros((side, side), bool)))


def test_the_windows_follow_the_damage_and_not_the_image():
    small, large = np.zeros((96, 96), bool), np.zeros((960, 1280), bool)
    small[30:58, 30:58] = large[600:628, 700:728] = True
    assert [(one.height, one.width) for one in plan(small)] == [(64, 64)]
    assert [(one.height, one.width) for one in plan(large)] == [(64, 64)]


def test_damage_far_apart_has_windows_of_its_own():
    mask = np.zeros((200, 200), bool)
    mask[10:20, 10:20] = mask[150:170, 160:170] = True
    assert len(list(plan(mask))) == 2


def test_large_damage_is_split_into_windows_that_overlap():
    mask = np.ones((300, 200), bool)
    held = np.zeros(mask.shape, int)
    for window in plan(mask):
        held[window.top : window.top + window.height, window.left : window.left + window.width] += 1
    assert held.min() == 1
    assert held.max() > 1


@given(masks())
def test_groups_divide_the_damage_among_them(mask):
    count = np.zeros(mask.shape, int)
    for group in groups_of(mask):
        count[group.rows, group.columns] += group.mask
    assert_array_equal(count, mask)


@given(masks(), st.integers(0, 2**32 - 1))
def test_a_blend_of_windows_is_the_image(mask, seed):
    image = np.random.default_rng(seed).random((*mask.shape, 2), np.float32)
    for group in groups_of(mask):
        blend = Blend(group, 2)
        for window in group.windows:
            blend.add(window, window.cut(image))
        assert_allclose(blend.finish(), image[group.rows, group.columns][group.mask], rtol=1e-5)


def test_where_windows_overlap_there_is_no_step():
    blend = Blend(Group(slice(0, 64), slice(0, 160), np.ones((64, 160), bool), ()), 1)
    blend.add(Window(0, 0, 64, 128), np.zeros((64, 128, 1), np.float32))
    blend.add(Window(0, 32, 64, 128), np.ones((64, 128, 1), np.float32))
    row = blend.finish().reshape(64, 160)[32]
    assert (row[0], row[-1]) == (0, 1)
    assert np.abs(np.diff(row)).max() < 0.5
    assert (np.diff(row) >= -1e-6).all()


def test_beyond_the_edge_the_edge_is_repeated():
    image = np.arange(6).reshape(2, 3)
    assert_array_equal(Window(0, 0, 4, 4).cut(image), np.pad(image, ((0, 2), (0, 1)), mode="edge"))

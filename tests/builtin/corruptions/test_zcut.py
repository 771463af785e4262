"""The z-cut: its flaps, its inverse, its mask."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.api import RequestError
from restore.builtin.corruptions.zcut import transpose_flaps, zcut


def smooth(height, width, channels=1):
    """Return an image on which bilinear interpolation errs little."""
    rows, columns = np.mgrid[:height, :width]
    waves = [0.5 + 0.4 * np.sin(rows / (7 + c)) * np.cos(columns / (9 + c)) for c in range(channels)]
    return np.stack(waves, axis=-1).astype(np.float32)


@settings(deadline=None)
@given(
    st.tuples(st.integers(16, 48), st.integers(16, 48), st.sampled_from([1, 3])),
    st.floats(0.01, 0.5),
    st.sampled_from([0.0, 3.0, 6.5]),
    st.integers(0, 2**32),
)
def test_what_holds_for_every_cut(shape, area, scar, seed):
    image = np.random.default_rng(seed).random(shape, dtype=np.float32)
    before = image.copy()
    first, second = (zcut(image, np.random.default_rng(seed), area=area, scar=scar) for _ in range(2))
    assert np.array_equal(image, before)
    assert np.array_equal(first.image, second.image)
    assert first.image.dtype == np.float32
    assert first.image.shape == shape
    assert first.image.min() >= 0
    assert first.image.max() <= 1
    assert first.mask.dtype == bool
    assert first.mask.shape == shape[:2]
    assert not ((first.image != image).any(axis=2) & ~first.mask).any()
    corners = first.truth["corners"]
    assert corners.shape == (4, 2)
    assert corners.dtype == np.float32
    assert (corners >= -1e-4).all()
    assert (corners <= np.array(shape[:2]) - 1 + 1e-4).all()
    tl, tr, br, bl = corners
    assert np.allclose(tr - tl, br - bl, atol=1e-4)


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_the_area_is_met_where_it_fits(seed):
    damaged = zcut(np.zeros((96, 96, 1), np.float32), np.random.default_rng(seed), area=0.13, scar=0.0)
    tl, tr, _, bl = damaged.truth["corners"].astype(float)
    u, v = tr - tl, bl - tl
    assert abs(u[0] * v[1] - u[1] * v[0]) == pytest.approx(0.13 * 96 * 96, rel=1e-3)
    assert damaged.mask.sum() == pytest.approx(0.13 * 96 * 96, rel=0.06)


def test_on_a_whole_pixel_square_pixels_only_change_places():
    image = np.random.default_rng(0).random((40, 40, 3), dtype=np.float32)
    corners = np.array([[8, 10], [8, 26], [24, 26], [24, 10]], np.float32)
    damaged, mask = transpose_flaps(image, corners)
    expected = image.copy()
    for row in range(17):
        for column in range(17):
            there = row + column if row + column < 16 else row + column - 16
            expected[8 + row, 10 + column] = image[8 + there, 10 + column]
    assert np.array_equal(damaged, expected)
    assert mask.sum() == 17 * 17


@pytest.mark.parametrize(
    ("triangle", "becomes"), [((0, 3, 2), (0, 3, 1)), ((0, 1, 2), (3, 1, 2))], ids=["left flap", "right flap"]
)
def test_flaps_change_places_corner_by_corner(triangle, becomes):
    image = smooth(96, 96)
    corners = np.array([[20.3, 30.7], [31.1, 70.2], [75.4, 61.9], [64.6, 22.4]], np.float32)
    damaged, _ = transpose_flaps(image, corners)
    rng = np.random.default_rng(0)
    for weights in rng.dirichlet((3, 3, 3), 200):
        # A pixel of the target triangle, away from its sides, and where its content must come from.
        pixel = np.rint(weights @ corners[list(becomes)]).astype(int)
        system = np.vstack([corners[list(becomes)].T, np.ones(3)])
        share = np.linalg.solve(system, [*pixel, 1])
        if share.min() < 0.05:
            continue
        row, column = share @ corners[list(triangle)]
        truth = 0.5 + 0.4 * np.sin(row / 7) * np.cos(column / 9)
        assert damaged[*pixel, 0] == pytest.approx(truth, abs=5e-3)


@settings(deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.08, 0.13, 0.22]))
def test_cutting_the_other_way_undoes_it(seed, area):
    image = smooth(96, 80, 3)
    cut = zcut(image, np.random.default_rng(seed), area=area, scar=0.0)
    tl, tr, br, bl = corners = cut.truth["corners"]
    # Mirrored along the hinges, the same exchange runs backwards.
    undone, _ = transpose_flaps(cut.image, np.array([bl, br, tr, tl]))
    rows, columns = np.mgrid[:96, :80]
    pixels = np.stack([rows, columns], axis=-1).astype(float)
    u, v = (tr - tl).astype(float), (bl - tl).astype(float)
    s, t = np.moveaxis(np.linalg.solve(np.column_stack([u, v]), (pixels - corners[0])[..., None])[..., 0], -1, 0)
    # Two pixels from every cut, before and after, so that no interpolation looks across one.
    far = 2.5 / min(abs(np.linalg.det(np.column_stack([u, v]))) / np.linalg.norm(w) for w in (u, v, u - v, u + v))
    inner = (s > far) & (s < 1 - far) & (t > far) & (t < 1 - far) & (abs(s - t) > far)
    assert inner.any()
    assert np.abs(undone - image)[inner].max() < 0.01
    outside = ~cut.mask
    assert np.array_equal(undone[outside], image[outside])


def test_the_scar_is_white_along_the_cuts_and_fades():
    corners = np.array([[20, 20], [20, 60], [60, 60], [60, 20]], np.float32)
    damaged, mask = transpose_flaps(np.zeros((80, 80, 1), np.float32), corners, scar=4.0)
    assert damaged[20, 20:61, 0] == pytest.approx(1)
    assert damaged[60, 20:61, 0] == pytest.approx(1)
    assert damaged[19, 30:50, 0] == pytest.approx(0.5)
    assert damaged[40, 40, 0] == 1
    assert (damaged[25:35, 20, 0] == 0).all()
    assert mask[19, 40]
    assert not mask[18, 40]


def test_a_small_image_is_refused():
    with pytest.raises(RequestError) as error:
        zcut(np.zeros((15, 40, 1), np.float32), np.random.default_rng(0))
    assert error.value.code == "image-too-small"
    assert "15x40" in error.value.what

"""Blur: what it keeps and what it spreads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.builtin.corruptions.blur import blur


@given(st.sampled_from(["gaussian", "motion"]), st.floats(0, 8), st.integers(0, 2**32))
def test_a_constant_image_stays_constant(kind, amount, seed):
    image = np.full((20, 31, 3), 0.3, np.float32)
    done = blur(image, np.random.default_rng(seed), kind=kind, amount=amount)
    assert done.image == pytest.approx(image, abs=1e-6)
    assert done.image.dtype == np.float32
    assert done.mask.all()


@pytest.mark.parametrize("kind", ["gaussian", "motion"])
def test_no_amount_changes_nothing(kind):
    image = np.random.default_rng(0).random((9, 9, 1), dtype=np.float32)
    assert blur(image, np.random.default_rng(1), kind=kind, amount=0).image == pytest.approx(image)


def test_a_point_spreads_by_the_standard_deviation_asked_for():
    image = np.zeros((61, 61, 1), np.float32)
    image[30, 30] = 1
    done = blur(image, np.random.default_rng(0), amount=3.0)
    spread, amount = done.image[..., 0], done.truth["amount"]
    assert 2.4 <= amount <= 3.6
    rows = np.arange(61) - 30
    assert spread.sum() == pytest.approx(1, abs=1e-3)
    assert np.sqrt((spread.sum(1) * rows**2).sum()) == pytest.approx(amount, rel=0.02)


def test_a_point_moves_along_the_angle_said():
    image = np.zeros((61, 61, 1), np.float32)
    image[30, 30] = 1
    done = blur(image, np.random.default_rng(3), kind="motion", amount=20)
    rows, columns = np.nonzero(done.image[..., 0] > 0.01)
    assert np.hypot(np.ptp(rows), np.ptp(columns)) == pytest.approx(done.truth["amount"], abs=3)
    turn = np.deg2rad(done.truth["angle"])
    slope = np.polyfit(columns, -rows, 1)[0] if abs(np.cos(turn)) > 0.5 else 1 / np.polyfit(-rows, columns, 1)[0]
    assert slope == pytest.approx(np.tan(turn), rel=0.15, abs=0.1)

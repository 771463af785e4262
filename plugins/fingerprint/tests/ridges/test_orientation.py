"""The orientation of drawn ridges is found, whatever their angle, period, grey values and noise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_fingerprint.ridges import angle_between, orientation
from restore_fingerprint.synthetic import synthetic

INNER = np.s_[12:-12, 12:-12]


def draw(angle, period, contrast=0.4):
    rows, columns = np.indices((64, 72))
    across = columns * np.sin(angle) + rows * np.cos(angle)
    return (0.5 + contrast * np.cos(2 * np.pi / period * across)).astype(np.float32)


@settings(deadline=None, max_examples=60)
@given(angle=st.floats(0, 3.14), period=st.floats(2.6, 12), contrast=st.floats(0.08, 0.5))
def test_angle_of_a_grating(angle, period, contrast):
    found = orientation(draw(angle, period, contrast), sigma=max(3, 0.9 * period))
    assert np.degrees(angle_between(found.angle[INNER], angle)).max() < 2
    # Rounding contributes more of the energy where ridges are fine and faint.
    assert found.coherence[INNER].min() > 0.85


def test_horizontal_is_zero_and_rising_to_the_right_is_positive():
    found = orientation(draw(0.0, 5))
    assert angle_between(found.angle[INNER], 0).max() < 0.01
    rows, columns = np.indices((64, 64))
    # Constant along columns + rows: from the lower left to the upper right.
    rising = 0.5 + 0.4 * np.cos((columns + rows) * 0.8)
    assert np.degrees(np.median(orientation(rising).angle)) == pytest.approx(45, abs=0.5)


def test_rings_run_around_their_centre():
    rows, columns = np.indices((121, 121)) - 60.0
    radius = np.hypot(rows, columns)
    found = orientation(0.5 + 0.4 * np.cos(2 * np.pi / 5 * radius), sigma=3)
    around = np.arctan2(-rows, columns) + np.pi / 2
    inside = (radius > 10) & (radius < 52)
    assert np.degrees(angle_between(found.angle, around))[inside].max() < 3


def test_quarter_turns_and_mirrors_follow():
    print_ = synthetic(None)[3].clean[:, :, 0]
    found = orientation(print_)
    turned = orientation(np.rot90(print_))
    np.testing.assert_allclose(turned.coherence, np.rot90(found.coherence), atol=1e-4)
    sure = found.coherence > 0.05
    apart = angle_between(np.rot90(turned.angle, -1) - np.pi / 2, found.angle)
    np.testing.assert_allclose(apart[sure], 0, atol=2e-3)
    mirrored = orientation(print_[:, ::-1])
    apart = angle_between(-mirrored.angle[:, ::-1], found.angle)
    np.testing.assert_allclose(apart[sure], 0, atol=2e-3)


def test_inverted_grey_values_have_the_same_orientation():
    print_ = synthetic(None)[3].clean[:, :, 0]
    found, other = orientation(print_), orientation(1 - print_)
    sure = found.coherence > 0.05
    np.testing.assert_allclose(angle_between(found.angle, other.angle)[sure], 0, atol=2e-3)


def test_a_batch_equals_its_images():
    prints = np.stack([synthetic(None)[i].clean for i in range(3)])
    together = orientation(prints)
    assert together.angle.shape == (3, 96, 96)
    for i, one in enumerate(prints):
        np.testing.assert_array_equal(orientation(one).angle, together.angle[i])
        np.testing.assert_array_equal(orientation(one[:, :, 0]).coherence, together.coherence[i])


def test_values_are_in_range_and_constant_images_have_no_coherence():
    rng = np.random.default_rng(0)
    noise = orientation(rng.random((64, 64)).astype(np.float32))
    assert noise.angle.min() >= 0
    assert noise.angle.max() < np.pi
    assert 0 <= noise.coherence.min() <= noise.coherence.max() <= 1
    assert np.median(noise.coherence) < 0.5
    for value in (0.0, 0.5, 1.0):
        assert orientation(np.full((32, 32), value)).coherence.max() == 0
    rounding = 0.5 + rng.integers(0, 2, (64, 64)) / 255
    assert np.median(orientation(rounding).coherence) < 0.15


def test_noise_turns_little(grating):
    found = orientation(grating(0.6, 4, noise=0.25), sigma=4)
    assert np.degrees(angle_between(found.angle[INNER], 0.6)).mean() < 4


@given(first=st.floats(-20, 20), second=st.floats(-20, 20))
def test_angle_between_is_symmetric_and_invariant_to_half_turns(first, second):
    apart = angle_between(np.array(first), np.array(second))
    assert 0 <= apart <= np.pi / 2
    assert angle_between(np.array(second), np.array(first)) == pytest.approx(apart, abs=1e-9)
    assert angle_between(np.array(first + np.pi), np.array(second)) == pytest.approx(apart, abs=1e-9)

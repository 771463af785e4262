"""Skin distortion: the centre sticks, the rim moves rigidly, the map is smooth in between and invertible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.api import generator
from restore_fingerprint.synthetic.distortion import STEEPEST, Distortion, draw_distortion

GRID = np.linspace(-12, 12, 61)[None, :] + 1j * np.linspace(-12, 12, 61)[:, None]

drawn = st.builds(
    lambda seed, width, height, strength: draw_distortion((width, height), strength, generator("distortion", seed)),
    st.integers(0, 10**6),
    st.floats(3, 8),
    st.floats(4, 11),
    st.floats(0, 1.5),
)


@given(drawn)
@settings(deadline=None)
def test_it_is_invertible(distortion):
    np.testing.assert_allclose(distortion.undo(distortion.apply(GRID)), GRID, atol=1e-6)
    np.testing.assert_allclose(distortion.apply(distortion.undo(GRID)), GRID, atol=1e-6)


@given(drawn)
@settings(deadline=None)
def test_it_is_smooth_and_does_not_fold(distortion):
    moved, step = distortion.displace(GRID), 24 / 60
    for axis in (0, 1):
        assert np.abs(np.diff(moved, axis=axis)).max() <= STEEPEST * step + 1e-9
    right, up = np.gradient(distortion.apply(GRID), step, axis=1), np.gradient(distortion.apply(GRID), step, axis=0)
    # The Jacobian's determinant is positive: the skin is stretched or compressed, never folded.
    assert (right.real * up.imag - right.imag * up.real).min() > 0.3


def test_skin_sticks_at_the_centre_and_moves_with_the_bone_outside():
    distortion = Distortion(1 + 1j, (2.0, 3.0), 0.5 - 0.2j, 0.05, 1.5)
    inside = 1 + 1j + np.array([0, 1.9, 2.9j, -1 - 1j])
    np.testing.assert_array_equal(distortion.apply(inside), inside)
    outside = 1 + 1j + np.array([5.1, 7.6j, -20 + 3j])
    rigid = 1 + 1j + (outside - 1 - 1j) * np.exp(0.05j) + 0.5 - 0.2j
    np.testing.assert_allclose(distortion.apply(outside), rigid)
    between = distortion.displace(np.array([1 + 1j + 3.5]))
    # Halfway through the transition the brake is one half.
    assert between[0] == pytest.approx(0.5 * (0.5 - 0.2j + 3.5 * (np.exp(0.05j) - 1)))


def test_the_displacement_scales_with_the_strength():
    strong = [np.abs(draw_distortion((6, 9), 0.35, generator(n)).displace(GRID)).max() for n in range(200)]
    weak = [np.abs(draw_distortion((6, 9), 0.05, generator(n)).displace(GRID)).max() for n in range(200)]
    assert 0.2 < np.median(strong) < 1.2
    assert np.median(weak) < np.median(strong) / 3
    assert np.abs(draw_distortion((6, 9), 0.0, generator(1)).displace(GRID)).max() == 0

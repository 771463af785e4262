"""Minutiae can be chosen, scaled, and their directions brought into one turn."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from restore_fingerprint.minutiae.values import no_minutiae, scaled, turned


def test_choosing_and_scaling(scatter):
    minutiae = scatter(9, np.random.default_rng(0))
    assert len(minutiae[minutiae.x > 150]) == np.count_nonzero(minutiae.x > 150)
    np.testing.assert_array_equal(minutiae[np.array([3, 1])].y, minutiae.y[[3, 1]])
    there = scaled(minutiae, 2.5, (750, 750), 1250.0)
    back = scaled(there, 0.4, (300, 300), 500.0)
    np.testing.assert_allclose(back.x, minutiae.x, atol=1e-9)
    assert (there.shape, there.dpi) == ((750, 750), 1250.0)
    assert len(no_minutiae((4, 4), 500.0)) == 0


@given(st.floats(-1e6, 1e6))
def test_directions_lie_in_one_turn(angle):
    within = float(turned(np.array(angle)))
    assert 0 <= within < 2 * np.pi
    assert abs(np.exp(1j * within) - np.exp(1j * angle)) < 1e-6

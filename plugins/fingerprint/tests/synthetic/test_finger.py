"""Fingers: pattern classes in natural proportions, and orientation fields with the Poincaré indices of their class."""

from collections import Counter

import numpy as np
import pytest

from restore.api import generator
from restore_fingerprint.synthetic.finger import PROPORTIONS, draw_finger, draw_pattern
from restore_fingerprint.synthetic.orientation import orientation

COUNTS = {"arch": (0, 0), "tented arch": (1, 1), "left loop": (1, 1), "right loop": (1, 1), "whorl": (2, 2)}


def fingers(pattern, count=5):
    drawn = (draw_finger(generator("test", number)) for number in range(1000))
    return [finger for finger in drawn if finger.pattern == pattern][:count]


def turning(finger, middle, radius):
    """Return the rotation of the ridge orientation in degrees along a counter-clockwise circle around `middle`."""
    way = middle + radius * np.exp(1j * np.linspace(0, 2 * np.pi, 721))
    angle = orientation(finger, way.real.astype(np.float32), way.imag.astype(np.float32)).astype(np.float64)
    steps = np.diff(angle)
    steps -= np.pi * np.round(steps / np.pi)
    return np.rad2deg(steps.sum())


def test_proportions_are_natural():
    assert sum(PROPORTIONS.values()) == pytest.approx(1)
    drawn = Counter(draw_pattern(generator(0, number)) for number in range(2000))
    shares = {pattern: drawn[pattern] / 2000 for pattern in PROPORTIONS}
    # Four standard deviations of a binomial share.
    for pattern, expected in PROPORTIONS.items():
        assert abs(shares[pattern] - expected) < 4 * np.sqrt(expected * (1 - expected) / 2000), pattern
    assert shares["arch"] + shares["tented arch"] == pytest.approx(0.05, abs=0.02)
    assert 0.58 < shares["left loop"] + shares["right loop"] < 0.68


@pytest.mark.parametrize("pattern", PROPORTIONS)
def test_singular_points_have_an_index_of_half_a_turn(pattern):
    for finger in fingers(pattern):
        assert (len(finger.loops), len(finger.deltas)) == COUNTS[pattern]
        for loop in finger.loops:
            others = [abs(loop - other) for other in (*finger.loops, *finger.deltas) if other != loop]
            assert turning(finger, loop, min(others) / 3) == pytest.approx(180, abs=1)
        for delta in finger.deltas:
            others = [abs(delta - other) for other in (*finger.loops, *finger.deltas) if other != delta]
            assert turning(finger, delta, min(others) / 3) == pytest.approx(-180, abs=1)


def test_a_whorl_has_an_index_of_a_full_turn_around_both_cores():
    for finger in fingers("whorl"):
        first, second = finger.loops
        middle, radius = (first + second) / 2, abs(first - second) / 2 + 0.3
        assert all(abs(delta - middle) > radius for delta in finger.deltas)
        assert turning(finger, middle, radius) == pytest.approx(360, abs=1)


def test_an_arch_has_an_index_of_zero():
    for finger in fingers("arch", 3):
        assert turning(finger, 0, 5) == pytest.approx(0, abs=1)


@pytest.mark.parametrize(("pattern", "side"), [("left loop", 1), ("right loop", -1)])
def test_the_delta_lies_opposite_the_open_side(pattern, side):
    for finger in fingers(pattern):
        assert np.sign((finger.deltas[0] - finger.loops[0]).real) == side


@pytest.mark.parametrize("pattern", PROPORTIONS)
def test_ridges_arch_over_the_tip(pattern):
    for finger in fingers(pattern):
        x, y = np.array([-3.0, 3.0], dtype=np.float32), np.array([6.0, 6.0], dtype=np.float32)
        left, right = np.rad2deg((orientation(finger, x, y) + np.pi / 2) % np.pi - np.pi / 2)
        assert left > 0 > right


def test_generators_differ_in_every_part_of_their_key():
    keys = [(0, 1), (1, 0), (0, 11), (0, 1, 1), (0, 1, 0)]
    assert len({generator(*key).integers(2**62) for key in keys}) == len(keys)
    assert generator(3, 4).integers(2**62) == generator(3, 4).integers(2**62)

"""The geometric matcher equals that of afis with every alignment tried, and known values."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_fingerprint.matching import geometric
from restore_fingerprint.matching.geometric import overlap
from restore_fingerprint.minutiae.values import Minutiae

calm = settings(deadline=None, max_examples=30)


def scatter(rng, count, side=120):
    return Minutiae(
        rng.uniform(0, side, count),
        rng.uniform(0, side, count),
        rng.uniform(0, 2 * np.pi, count),
        np.ones(count, np.uint8),
        np.ones(count),
        (side, side),
        500.0,
    )


@given(st.integers(0, 2**32 - 1), st.integers(5, 14), st.integers(5, 14))
@calm
def test_it_equals_afis_with_every_alignment_tried(seed, probe, gallery):
    matcher = pytest.importorskip("afis.algorithms.matcher", reason="the extra `minutiae` is not installed")
    rng = np.random.default_rng(seed)
    # Dense, so that partners are many and some are shared.
    prints = scatter(rng, probe), scatter(rng, gallery)
    arrays = [np.stack([m.x, m.y, m.direction, m.kind, m.quality], axis=1) for m in prints]
    expected, _ = matcher.geometric_match(*arrays, max_hypotheses=10**6)
    # In single precision a partner at the tolerance may fall on either side.
    assert overlap(*prints) == pytest.approx(expected, abs=1e-9) or abs(overlap(*prints) - expected) <= 1 / 5


@given(st.integers(0, 2**32 - 1), st.integers(5, 20))
@calm
def test_a_subset_of_a_print_matches_it_fully(seed, count):
    rng = np.random.default_rng(seed)
    whole = scatter(rng, 20, side=300)
    assert overlap(whole[rng.permutation(20)[:count]], whole) == 1


def test_partners_are_counted_once():
    rng = np.random.default_rng(0)
    one = scatter(rng, 6, side=300)
    # Every minutia of the probe is doubled: six of twelve have a partner, and the smaller print has six.
    twice = replace(
        one[np.repeat(np.arange(6), 2)],
        x=np.repeat(one.x, 2) + np.tile([0, 1.0], 6),
    )
    assert overlap(twice, one) == 1
    assert overlap(one, twice) == 1


@pytest.mark.parametrize(("distance", "degrees", "share"), [(9, 0, 1), (11, 0, 0.75), (0, 19, 1), (0, 21, 0.75)])
def test_partners_agree_in_position_and_direction(distance, degrees, share):
    one = scatter(np.random.default_rng(1), 8, side=400)
    # Two of eight are shifted or rotated; the other six still match.
    some = np.arange(8) < 2
    other = replace(one, x=one.x + distance * some, direction=one.direction + np.radians(degrees) * some)
    assert overlap(one, other) == share


def test_fewer_than_five_minutiae_match_nothing():
    one = scatter(np.random.default_rng(2), 20)
    assert overlap(one[:4], one) == 0
    assert overlap(one, one[:4]) == 0
    assert overlap(one[:5], one) == 1


def test_the_block_size_does_not_matter(monkeypatch):
    rng = np.random.default_rng(3)
    one, other = scatter(rng, 13), scatter(rng, 11)
    whole = overlap(one, other)
    monkeypatch.setattr(geometric, "HELD", 1)
    assert overlap(one, other) == whole

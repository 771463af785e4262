"""Pairs are one to one, within the tolerances and as many as possible; the ledger counts every minutia once."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_fingerprint.minutiae import Minutiae
from restore_fingerprint.minutiae.pairing import ledger, pair


def minutiae(x, y, degrees, dpi=500.0):
    count = len(x)
    return Minutiae(
        np.array(x, float),
        np.array(y, float),
        np.radians(np.array(degrees, float)) % (2 * np.pi),
        np.ones(count, np.uint8),
        np.ones(count),
        (100, 100),
        dpi,
    )


def drawn(seed, count, side=60):
    rng = np.random.default_rng(seed)
    return minutiae(rng.uniform(0, side, count), rng.uniform(0, side, count), rng.uniform(0, 360, count))


some = st.builds(drawn, seed=st.integers(0, 10**6), count=st.integers(0, 25))


@settings(deadline=None)
@given(before=some, after=some, distance=st.floats(1, 30), angle=st.floats(5, 180))
def test_partners_are_allowed_and_one_to_one(before, after, distance, angle):
    pairs = pair(before, after, distance=distance, angle=angle)
    first, second = pairs.T
    assert len(set(first)) == len(set(second)) == len(pairs)
    assert list(first) == sorted(first)
    assert np.all(np.hypot(before.x[first] - after.x[second], before.y[first] - after.y[second]) <= distance + 1e-9)
    turn = np.degrees(before.direction[first] - after.direction[second])
    assert np.all(np.abs((turn + 180) % 360 - 180) <= angle + 1e-6)
    backwards = pair(after, before, distance=distance, angle=angle)
    assert len(backwards) == len(pairs)
    # No unpaired minutia has an unpaired partner within the tolerances.
    left, new = np.setdiff1d(np.arange(len(before)), first), np.setdiff1d(np.arange(len(after)), second)
    assert not len(pair(before[left], after[new], distance=distance, angle=angle))


@settings(deadline=None)
@given(before=some, after=some)
def test_the_ledger_counts_every_minutia_once(before, after):
    book = ledger(before, after)
    old = np.concatenate([book.kept[:, 0], book.moved[:, 0], book.lost])
    new = np.concatenate([book.kept[:, 1], book.moved[:, 1], book.invented])
    assert sorted(old) == list(range(len(before)))
    assert sorted(new) == list(range(len(after)))
    back = ledger(after, before)
    assert (len(back.kept), len(back.lost)) == (len(book.kept), len(book.invented))


@settings(deadline=None)
@given(before=some, seed=st.integers(0, 1000))
def test_a_permutation_of_the_same_minutiae_keeps_all(before, seed):
    order = np.random.default_rng(seed).permutation(len(before))
    book = ledger(before, before[order])
    assert len(book.kept) == len(before)
    np.testing.assert_array_equal(order[book.kept[:, 1]], book.kept[:, 0])


def test_the_number_of_pairs_is_maximised_before_their_distance():
    # The first has its nearest partner in the only one of the second.
    before, after = minutiae([0, 8], [0, 0], [0, 0]), minutiae([5, -9], [0, 0], [0, 0])
    assert pair(before, after, distance=10, angle=20).tolist() == [[0, 1], [1, 0]]


def test_kept_moved_lost_invented():
    before = minutiae([10, 30, 50, 70], [10, 10, 10, 10], [0, 90, 350, 180])
    after = minutiae([15, 30, 50, 70, 10], [10, 28, 10, 10, 80], [20, 90, 15, 0, 0])
    book = ledger(before, after)
    # A shift of 5 pixels and 20 degrees; one of 18 pixels; 25 degrees across zero; turned around; new.
    assert book.kept.tolist() == [[0, 0], [2, 2]]
    assert book.moved.tolist() == [[1, 1]]
    assert book.lost.tolist() == [3]
    assert book.invented.tolist() == [3, 4]


@pytest.mark.parametrize("dpi", [200.0, 500.0, 1000.0])
def test_the_distance_is_in_pixels_at_500_dpi(dpi):
    before = minutiae([10.0], [10.0], [0.0], dpi)
    near = replace(before, x=before.x + 11.9 * dpi / 500)
    far = replace(before, x=before.x + 12.1 * dpi / 500)
    assert len(ledger(before, near).kept) == 1
    assert len(ledger(before, far).kept) == 0
    assert len(ledger(before, far).moved) == 1

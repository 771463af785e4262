"""Ends, forks, spurs, islands and bridges of small drawn skeletons."""

import numpy as np

from restore_fingerprint.minutiae.lines import crossings, false_forks, prune


def drawn(*rows):
    return np.array([[mark == "#" for mark in row] for row in rows])


FORK = drawn(
    "..........#",
    ".........#.",
    "........#..",
    "########...",
    "........#..",
    ".........#.",
    "..........#",
)


def test_crossing_numbers():
    number = crossings(FORK)
    assert number[3, 7] == 3
    assert {tuple(place) for place in np.argwhere(number == 1)} == {(3, 0), (0, 10), (6, 10)}
    assert (number[3, 1:7] == 2).all()
    assert not number[~FORK].any()
    # The corners of a staircase are not forks.
    assert crossings(drawn("##..", ".##.", "..##")).max() == 2


def test_spurs_and_islands_are_removed_and_ridges_kept():
    lines = np.zeros((30, 40), bool)
    lines[15, 2:38] = True
    ridge = lines.copy()
    lines[11:15, 20] = True
    lines[5, 5:9] = True
    pruned = prune(lines, 8)
    assert not pruned[:13].any()
    assert (pruned == ridge).all()
    assert (prune(ridge, 8) == ridge).all()
    assert (prune(lines, 3) == lines).all()


def test_long_branches_are_kept():
    large = np.zeros((60, 60), bool)
    large[30, :30] = True
    for step in range(25):
        large[30 - step - 1, 30 + step] = large[30 + step + 1, 30 + step] = True
    assert (prune(large, 10) == large).all()
    assert not false_forks(large, 10).any()


def test_the_forks_of_a_bridge_are_false():
    lines = np.zeros((30, 60), bool)
    lines[10, :] = lines[18, :] = True
    lines[11:18, 30] = True
    wrong = false_forks(lines, 12)
    assert wrong[10, 30]
    assert wrong[18, 30]
    assert not false_forks(lines, 4).any()


def test_no_lines():
    empty = np.zeros((9, 9), bool)
    assert not prune(empty, 5).any()
    assert not false_forks(empty, 5).any()
    assert not crossings(empty).any()

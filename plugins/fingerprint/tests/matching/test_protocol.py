"""Comparison protocols: names of fingers, enrolment, the FVC's pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore_fingerprint.matching.protocol import choose, enrol, name_finger, pair_up

calm = settings(deadline=None, max_examples=60)
many = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("labels", "group", "finger"),
    [
        ({"subject": "101", "hand": "Left", "finger": "thumb", "alteration": "CR"}, "101", "101 Left thumb"),
        ({"finger": "101", "impression": "3"}, "DB1_B/101", "DB1_B/101 101"),
        ({"class": "whorl"}, "finger-000001", "finger-000001"),
        ({"subject": "101"}, "g", "g"),
        ({}, "g", "g"),
    ],
)
def test_a_finger_is_named_by_its_labels_else_by_its_group(labels, group, finger):
    assert name_finger(labels, group) == finger


@given(many, st.booleans(), st.integers(2, 50))
@calm
def test_the_limit_is_filled_from_as_many_fingers_as_possible(fingers, several, limit):
    chosen = choose(fingers, several, limit)
    assert list(chosen) == sorted(set(chosen))
    taken = {fingers[index] for index in chosen}
    assert len(taken) >= min(len(set(fingers)), limit // (2 if several else 1))
    room = limit - len(chosen)
    assert room >= 0
    # Room is left where all are chosen, or for one print where every other finger has two that are chosen together.
    left = set(fingers) - taken
    assert room == 0 or len(chosen) == len(fingers) or (room == 1 and left and several)
    assert all(fingers.count(name) > room for name in left)


def test_prints_are_spread_evenly():
    fingers = [f"{number:03d}" for number in range(100)]
    assert list(choose(fingers, False, 4)) == [0, 33, 66, 99]
    pairs = [name for name in fingers for _ in range(3)]
    assert list(choose(pairs, True, 4)) == [0, 1, 297, 298]
    assert list(choose(["a", "a", "a", "b"], True, 4)) == [0, 1, 2, 3]
    assert list(choose(["a"] * 4 + ["b"] * 4, True, 6)) == [0, 1, 2, 4, 5, 6]


@pytest.mark.parametrize("place", [0, 1, 30, 59])
def test_one_finger_with_two_prints_displaces_only_one_other(place):
    fingers = [f"{number:02d}" for number in range(60)]
    fingers.insert(place, fingers[place])
    chosen = choose(fingers, True, 60)
    assert len(chosen) >= 59
    assert len({fingers[index] for index in chosen}) >= 59


def test_each_finger_is_enrolled_once_and_a_probe_is_compared_with_another_impression():
    enrolment = enrol(["a", "a", "b", "c", "c"], ["a1", "a2", "b1", "c1", "c2"])
    assert list(enrolment.first) == [0, 2, 3]
    assert list(enrolment.finger) == [0, 0, 1, 2, 2]
    # The first print of each finger is compared with its second; `b` has only one.
    assert list(enrolment.own) == [1, 0, 2, 4, 3]
    assert list(enrolment.second) == [True, True, False, True, True]
    assert np.array_equal(enrolment.compared, np.arange(3) != enrolment.finger[:, np.newaxis])


def test_a_duplicate_is_not_a_second_impression():
    enrolment = enrol(["a", "a", "b"], ["a1", "a1", "b1"])
    assert list(enrolment.own) == [0, 0, 2]
    assert not enrolment.second.any()


def test_an_image_labelled_with_two_fingers_is_not_an_impostor_of_itself():
    enrolment = enrol(["a", "b", "c"], ["same", "same", "c1"])
    assert enrolment.compared.tolist() == [[False, False, True], [False, False, True], [True, True, False]]


@given(many)
@calm
def test_genuine_and_impostor_comparisons_cover_every_finger_once(fingers):
    images = list(range(len(fingers)))
    enrolment = enrol(fingers, images)
    assert [fingers[own] for own in enrolment.own] == fingers
    for index, row in enumerate(enrolment.compared):
        assert sorted(fingers[enrolment.first[column]] for column in np.flatnonzero(row)) == sorted(
            set(fingers) - {fingers[index]}
        )
        assert enrolment.second[index] == (fingers.count(fingers[index]) > 1) == (enrolment.own[index] != index)


def test_the_fvc_protocol_has_the_published_numbers_of_comparisons():
    # 100 fingers with 8 impressions each: 2,800 genuine and 4,950 impostor comparisons.
    fingers = [str(number // 8) for number in range(800)]
    genuine, impostor = pair_up(fingers)
    assert (len(genuine), len(impostor)) == (2800, 4950)
    assert all(fingers[a] == fingers[b] for a, b in genuine)
    assert (impostor % 8 == 0).all()
    assert len(set(map(tuple, impostor))) == 4950

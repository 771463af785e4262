"""Whoever earlier runs learned from is never tested, over any chain of runs; a user's split is kept to the letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.errors import RequestError
from restore.pipeline.data import Learned
from restore.pipeline.data.division import Division
from restore.pipeline.data.split import SETS, TEST, TRAIN, VALIDATION, split

GROUPS = [f"person-{number:02}" for number in range(14)]
IMAGES = st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(0, 40).map(str)), min_size=4, max_size=50)
SEEDS = st.integers(0, 2**63 - 1)
SAID = {"a": TRAIN, "b": TRAIN, "c": VALIDATION, "d": TEST}


def divided(division, images):
    """Return the set of each image, by its place."""
    taken = division.take([group for group, _ in images])
    kept = [images[place] for place in taken]
    parts = division.divide([group for group, _ in kept], [pixels for _, pixels in kept])
    return {name: [kept[place] for place in part] for name, part in zip(SETS, parts, strict=True)}


def learned_over(chain):
    """Return what a chain of runs learned from, the latest first, as the run after them is given it."""
    groups, hashes = {}, {}
    for name in (VALIDATION, TRAIN):
        for sets in chain:
            groups |= {group: name for group, _ in sets[name]}
            hashes |= {pixels: name for _, pixels in sets[name]}
    return Learned(groups, hashes)


@given(st.lists(st.tuples(IMAGES, SEEDS, st.none() | st.integers(1, 30)), min_size=3, max_size=3))
def test_nobody_is_tested_whom_a_run_of_the_chain_learned_from(runs):
    chain = []
    for images, seed, limit in runs:
        learned = learned_over(chain)
        try:
            sets = divided(Division(seed, limit, learned=learned), images)
        except RequestError:  # nobody is left to test
            continue
        assert all(sets.values())
        members = [{group for group, _ in sets[name]} for name in SETS]
        assert sum(map(len, members)) == len(set.union(*members))
        tested, pixels = members[2], {one for _, one in sets[TEST]}
        for earlier in [*chain, sets]:
            for name in (TRAIN, VALIDATION):
                assert not tested & {group for group, _ in earlier[name]}
                assert not pixels & {one for _, one in earlier[name]}
        for group, one in sets[VALIDATION]:
            assert TRAIN not in (learned.groups.get(group), learned.sha256.get(one))
        chain.append(sets)


@given(IMAGES, SEEDS)
def test_the_same_images_are_split_the_same_when_training_continues(images, seed):
    try:
        first = divided(Division(seed), images)
    except RequestError:
        return
    assert divided(Division(seed, learned=learned_over([first])), images) == first


@given(IMAGES, SEEDS)
def test_without_earlier_runs_nothing_is_another_split(images, seed):
    groups = [group for group, _ in images]
    try:
        parts = split(groups, [], seed)
    except RequestError:  # too few groups
        return
    assert Division(seed).divide(groups) == parts
    assert Division(seed, learned=Learned({"nobody": TRAIN})).divide(groups) == parts


def test_nobody_left_to_test_is_one_clear_error():
    division = Division(learned=Learned(dict.fromkeys("abc", TRAIN)))
    with pytest.raises(RequestError) as error:
        division.divide(["a", "b", "c", "a"])
    assert (error.value.code, error.value.where) == ("nothing-to-test", "4 images in 3 groups")
    for left in ("a", "d", "e"):  # of validation and test one stays empty
        with pytest.raises(RequestError) as error:
            division.divide(["a", "b", left])
        assert error.value.code == "nothing-to-test"
    assert division.divide(["a", "b", "d", "e"])[2]


def test_an_additional_test_set_leaves_out_what_was_learned_from():
    division = Division(whole=True, learned=Learned({"a": TRAIN}, {"1": VALIDATION}))
    groups, pixels = ["a", "b", "b", "c"], ["7", "1", "8", "9"]
    assert division.divide(groups, pixels) == ([], [], [3])
    (remark,) = division.remarks(groups, groups, pixels)
    assert ("3 images" in remark, "2 groups" in remark, "1 recognised" in remark) == (True, True, True)
    with pytest.raises(RequestError) as error:
        division.divide(["a", "a"], ["1", "2"])
    assert error.value.code == "nothing-to-test"
    assert Division(whole=True).divide(["a"]) == ([], [], [0])


def test_a_split_is_kept_as_said_and_others_are_left_out():
    division = Division(said=SAID)
    groups = ["d", "a", "x", "c", "b", "a"]
    taken = division.take(groups)
    assert taken == [0, 1, 3, 4, 5]
    kept = [groups[place] for place in taken]
    assert division.divide(kept, list("12345")) == ([1, 3, 4], [2], [0])
    (remark,) = division.remarks(groups, kept, list("12345"))
    assert ("1 image " in remark, "(x)" in remark) == (True, True)
    division.require_known(groups)


@pytest.mark.parametrize(
    ("groups", "pixels", "learned", "code"),
    [
        ("abcd", "1231", Learned(), "shared-image"),
        ("abc", "123", Learned(), "too-few-groups"),
        ("abcd", "1234", Learned({"d": VALIDATION}), "learned-before"),
        ("abcd", "1234", Learned({}, {"4": TRAIN}), "learned-before"),
    ],
)
def test_a_split_that_would_test_what_was_learned_from_is_refused(groups, pixels, learned, code):
    with pytest.raises(RequestError) as error:
        Division(said=SAID, learned=learned).divide(list(groups), list(pixels))
    assert (error.value.code, error.value.where) == (code, "--split")


def test_a_group_that_the_data_lacks_is_refused_with_the_nearest():
    with pytest.raises(RequestError) as error:
        Division(said={"person-1": TRAIN}).require_known(GROUPS)
    assert (error.value.code, "person-1" in error.value.what) == ("unknown-group", True)
    assert "person-" in error.value.hint


def test_split_by_image_puts_a_group_on_both_sides_with_four_fifths_in_training():
    division = Division(by="image")
    units = [division.unit(f"{group}-{image}", group) for group in "abcd" for image in range(25)]
    parts = division.divide(units, [f"{number}" for number in range(100)])
    assert [len(part) for part in parts] == [80, 10, 10]
    people = [{units[place][0] for place in part} for part in parts]
    assert people[0] & people[2]
    assert Division().unit("a-1", "a") == "a"


def test_split_by_image_keeps_equal_images_together():
    units = [f"image-{number}" for number in range(20)]
    pixels = ["same"] * 3 + [str(number) for number in range(17)]
    parts = Division(by="image").divide(units, pixels)
    assert any({0, 1, 2} <= set(part) for part in parts)

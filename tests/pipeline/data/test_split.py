"""Splits keep groups whole, meet their shares, and depend on names and seed only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restore.errors import RequestError
from restore.pipeline.data.split import in_order, split, take, twins_of

GROUPS = st.lists(st.sampled_from([f"g{number}" for number in range(12)]), min_size=1, max_size=80)
SEEDS = st.integers(0, 2**63 - 1)


@given(GROUPS, SEEDS)
def test_whole_groups_and_no_empty_part(groups, seed):
    if len(set(groups)) < 3:
        with pytest.raises(RequestError) as error:
            split(groups, [], seed)
        assert error.value.code == "too-few-groups"
        return
    parts = split(groups, [], seed)
    assert sorted(index for part in parts for index in part) == list(range(len(groups)))
    members = [{groups[index] for index in part} for part in parts]
    assert all(members)
    assert sum(map(len, members)) == len(set(groups))


@given(GROUPS.filter(lambda groups: len(set(groups)) >= 3), SEEDS, st.randoms())
def test_the_order_of_images_changes_nothing(groups, seed, random):
    shuffled = random.sample(groups, len(groups))
    one, other = ([{g[i] for i in part} for part in split(g, [], seed)] for g in (groups, shuffled))
    assert one == other


def test_shares():
    groups = [f"person {number}" for number in range(100) for _ in range(10)]
    assert [len(part) for part in split(groups, [], 0)] == [700, 150, 150]
    assert split(groups, [], 0) != split(groups, [], 1)


def test_the_order_is_the_documented_hash():
    import hashlib

    names = [f"{number}" for number in range(20)]
    assert in_order(names, 5) == sorted(names, key=lambda name: hashlib.sha256(f"5\0{name}".encode()).digest())


@given(GROUPS, SEEDS, st.integers(1, 100), st.integers(1, 100))
def test_a_limit_takes_whole_groups_and_never_fewer(groups, seed, limit, other):
    taken = take(groups, limit, seed)
    inside = {groups[index] for index in taken}
    assert taken == [index for index, group in enumerate(groups) if group in inside]
    assert len(taken) >= min(limit, len(groups))
    last = in_order(inside, seed)[-1]
    assert len(taken) - groups.count(last) < limit
    more = take(groups, max(limit, other), seed)
    assert set(taken) <= set(more)


def test_a_limit_that_groups_meet_is_met():
    groups = [str(number) for number in range(120) for _ in range(10)]
    assert len(take(groups, 1000, 0)) == 1000
    assert len(take(groups, None, 0)) == 1200


@settings(deadline=None)  # the first call imports scipy
@given(GROUPS.filter(lambda groups: len(set(groups)) >= 6), SEEDS)
def test_groups_that_share_an_image_stay_together(groups, seed):
    names = sorted(set(groups))
    parts = split(groups, [names[:2], names[1:3]], seed)
    sides = [{groups[index] for index in part} for part in parts]
    assert sum(bool(set(names[:3]) & side) for side in sides) == 1


def test_twins():
    assert twins_of(["a", "b", "a", "c"], ["1", "1", "2", "3"]) == [["a", "b"]]
    assert twins_of(["a", "a"], ["1", "1"]) == []


def test_too_few_groups_are_counted_and_named():
    with pytest.raises(RequestError) as error:
        split(["x"] * 40, [], 0)
    assert error.value.where.startswith("40 images in 1 group")
    assert error.value.where.endswith(" x")
    assert "--limit" in error.value.hint
    with pytest.raises(RequestError) as error:
        split(["a", "b", "c"], [["a", "b"]], 0)
    assert error.value.code == "too-few-groups"
    assert "found 3" in error.value.what
    assert " 2 " in error.value.what

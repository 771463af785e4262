"""What a user is told of the pictures."""

import pytest

from restore.pipeline.data.build import Preparation
from restore.pipeline.data.examples import ImageInfo
from restore.pipeline.data.remarks import remarks


def record(name, group="g", pixels=None, size=(8, 8), notes=()):
    return ImageInfo(name, group, pixels or name, size, {}, notes)


def told(records, first=100, *, paired=False, size=(8, 8), fit="pad"):
    how = Preparation(size, 1, fit, None, "refuse", False)
    return remarks(records, ([*range(len(records))][:first], [], []), how, paired=paired)


def test_nothing_to_tell():
    assert told([record("a"), record("b")]) == []


def test_notes_are_counted():
    records = [record(f"{number}.png", notes=("of one colour",)) for number in range(5)]
    assert told(records) == ["5 pictures: of one colour (0.png, 1.png, 2.png and 2 more)"]
    assert told(records[:1]) == ["1 picture: of one colour (0.png)"]


def test_sizes_are_counted():
    assert told([record("a"), record("b"), record("c", size=(8, 9))]) == ["2 sizes, brought to one: 2 of 8x8, 1 of 9x8"]


def test_twins_in_several_groups():
    records = [record("a", "g", "1"), record("b", "h", "1"), record("c", "h", "2")]
    assert told(records) == ["1 picture in several groups, which are kept on one side: a, b"]


def test_twins_in_one_group():
    records = [record("a", "g", "1"), record("b", "g", "1")]
    assert told(records) == ["1 picture more than once: a, b"]
    assert told(records, paired=True) == []


def test_little_to_learn_from():
    assert told([record("a"), record("b"), record("c")], 1) == [
        "only 1 of 3 pictures to learn from, since groups are kept whole"
    ]


def test_a_set_for_the_test_alone_is_not_learned_from():
    assert told([record("a"), record("b"), record("c")], 0) == []


@pytest.mark.parametrize(
    ("size", "share"), [((8, 8), ""), ((8, 6), "75%"), ((4, 4), "25%"), ((7, 8), ""), ((2, 99), "25%")]
)
def test_what_is_cut_off_is_told(size, share):
    found = told([record("a"), record("b"), record("c", size=(400, 400))], size=size)[:-1]
    assert found == [
        f"only the middle {size[1]}x{size[0]} is taken, {share} of a picture: --size takes more of it"
    ] * bool(share)
    assert len(told([record("a")], size=size, fit="resize")) == 0

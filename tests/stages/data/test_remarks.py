"""What a user is told of the pictures."""

from restore.stages.data.examples import Record
from restore.stages.data.remarks import remarks


def record(name, group="g", pixels=None, size=(8, 8), notes=()):
    return Record(name, group, pixels or name, size, {}, notes)


def told(records, first=100, *, paired=False):
    return remarks(records, ([*range(len(records))][:first], [], []), paired=paired)


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

"""What is told of data and plugins that are not those a run was begun with."""

from restore.runfile.record import SplitIds
from restore.running import changes

BEFORE = {"train": SplitIds(["a", "b", "c"], ["1", "2", "3"], ["x", "y", "z"]), "test": SplitIds(["d"], ["4"], ["w"])}


def test_the_same_is_no_change():
    assert list(changes.of_data(BEFORE, BEFORE)) == []
    assert (
        list(
            changes.of_owners(
                {"p/a": {"distribution": "d", "version": "1"}}, {"p/a": {"distribution": "d", "version": "1"}}
            )
        )
        == []
    )


def test_every_picture_is_told_once_by_what_became_of_it():
    after = {
        "train": SplitIds(["b", "c", "d"], ["2", "9", "4"], ["changed", "z", "w"]),
        "test": SplitIds(["e"], ["5"], ["v"]),
    }
    told = ["1 gone (a)", "1 new (e)", "1 changed (b)", "2 in another group or split (c, d)"]
    assert list(changes.of_data(BEFORE, after)) == told


def test_of_many_the_first_are_named():
    names = [f"{number:02}" for number in range(30)]
    after = {**BEFORE, "validation": SplitIds(names, names, names)}
    assert list(changes.of_data(BEFORE, after)) == ["30 new (00, 01, 02, 03, 04 and 25 more)"]


def test_a_component_is_told_with_both_owners():
    before = {
        "p/a": {"distribution": "restore-p", "version": "1"},
        "p/b": {"distribution": "restore-p", "version": "1"},
    }
    after = {"p/a": {"distribution": "restore-p", "version": "2"}}
    assert list(changes.of_owners(before, after)) == [
        "p/a of restore-p 1, now of restore-p 2",
        "p/b of restore-p 1, now of nobody",
    ]


def test_the_work_grows_with_the_pictures_and_not_with_their_square():
    compared = []

    class Name(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other):
            compared.append(other)
            return super().__eq__(other)

    names = [Name(number) for number in range(500)]
    before, after = ({"train": SplitIds(names, names, [text] * 500)} for text in "ab")
    assert list(changes.of_data(before, after)) == ["500 changed (0, 1, 2, 3, 4 and 495 more)"]
    assert len(compared) < 10 * 500

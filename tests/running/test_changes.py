"""Data and plugins that changed since a run was made, named by what became of them."""

from restore.runfile.record import SplitIds
from restore.running import changes

BEFORE = {"train": SplitIds(["a", "b", "c"], ["1", "2", "3"], ["x", "y", "z"]), "test": SplitIds(["d"], ["4"], ["w"])}


def test_the_same_is_no_change():
    owners = {"p/a": {"distribution": "d", "version": "1"}}
    assert not [*changes.of_data(BEFORE, BEFORE), *changes.of_owners(owners, dict(owners))]


def test_every_image_is_counted_once_by_what_became_of_it():
    after = {
        "train": SplitIds(["b", "c", "d"], ["2", "9", "4"], ["changed", "z", "w"]),
        "test": SplitIds(["e"], ["5"], ["v"]),
    }
    found = list(changes.of_data(BEFORE, after))
    assert found == ["1 gone (a)", "1 new (e)", "1 changed (b)", "2 in another group or split (c, d)"]


def test_of_many_the_first_are_named():
    names = [f"{number:02}" for number in range(30)]
    after = {**BEFORE, "validation": SplitIds(names, names, names)}
    assert list(changes.of_data(BEFORE, after)) == ["30 new (00, 01, 02, 03, 04 and 25 more)"]


def test_a_component_is_named_with_both_owners():
    before = {
        "p/a": {"distribution": "restore-p", "version": "1"},
        "p/b": {"distribution": "restore-p", "version": "1"},
    }
    after = {"p/a": {"distribution": "restore-p", "version": "2"}}
    assert list(changes.of_owners(before, after)) == [
        "p/a of restore-p 1, now of restore-p 2",
        "p/b of restore-p 1, now of nobody",
    ]


def test_the_work_grows_with_the_images_and_not_with_their_square():
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


def test_an_image_of_another_dataset_is_not_taken_for_an_own_one_of_its_name():
    def splits(own, also):
        return {"test": SplitIds(["1.png"], ["1"], [own]), "also scans": SplitIds(["1.png"], ["1"], [also])}

    assert list(changes.of_data(splits("a", "b"), splits("c", "b"))) == ["1 changed (1.png)"]
    assert list(changes.of_data(splits("a", "b"), splits("a", "c"))) == ["1 changed (scans/1.png)"]

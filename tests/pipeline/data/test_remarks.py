"""Notes on the images of a run, with counts and names."""

import pytest

from restore.pipeline.data.build import Preparation
from restore.pipeline.data.examples import ImageInfo
from restore.pipeline.data.remarks import remarks


def record(name, group="g", pixels=None, size=(8, 8), notes=()):
    return ImageInfo(name, group, pixels or name, size, {}, notes)


def noted(records, first=100, *, paired=False, size=(8, 8), fit="pad"):
    how = Preparation(size, 1, fit, None, "refuse", False)
    return remarks(records, ([*range(len(records))][:first], [], []), how, paired=paired)


def test_without_anything_to_note():
    assert noted([record("a"), record("b")]) == []


@pytest.mark.parametrize(("count", "names"), [(5, "0.png, 1.png, 2.png and 2 more"), (1, "0.png")])
def test_notes_on_single_images_are_counted(count, names):
    (line,) = noted([record(f"{number}.png", notes=("blank",)) for number in range(count)])
    assert line.startswith(f"{count} ")
    assert "blank" in line
    assert names in line


def test_sizes_are_counted():
    (line,) = noted([record("a"), record("b"), record("c", size=(8, 9))])
    assert "2 of 8x8, 1 of 9x8" in line


def test_duplicates_in_several_groups():
    (line,) = noted([record("a", "g", "1"), record("b", "h", "1"), record("c", "h", "2")])
    assert line.startswith("1 ")
    assert line.endswith(": a, b")


def test_duplicates_in_one_group():
    records = [record("a", "g", "1"), record("b", "g", "1")]
    (line,) = noted(records)
    assert line.endswith(": a, b")
    assert noted(records, paired=True) == []


def test_a_small_training_set():
    (line,) = noted([record("a"), record("b"), record("c")], 1)
    assert "1 of 3" in line


def test_an_additional_test_set_has_no_training_set():
    assert noted([record("a"), record("b"), record("c")], 0) == []


@pytest.mark.parametrize(
    ("size", "share"), [((8, 8), ""), ((8, 6), "75%"), ((4, 4), "25%"), ((7, 8), ""), ((2, 99), "25%")]
)
def test_cropping_is_noted_with_the_share_that_is_left(size, share):
    found = noted([record("a"), record("b"), record("c", size=(400, 400))], size=size)[:-1]
    assert len(found) == bool(share)
    for line in found:
        assert f"{size[1]}x{size[0]}" in line
        assert share in line
    assert noted([record("a")], size=size, fit="resize") == []

"""A split is written by hand or with a spreadsheet, read back, and refused where it says two things."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.errors import RequestError
from restore.planning.split import SETS, read_split, write_split

SPLIT = {"train": ("a", "b"), "validation": ("c",), "test": ("d",)}
GROUPS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), unique=True)


@pytest.fixture
def read(tmp_path):
    """Read a file of a text or bytes."""

    def read(content):
        path = tmp_path / "split.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_split(str(path))

    return read


def refused(call, *arguments):
    with pytest.raises(RequestError) as error:
        call(*arguments)
    assert error.value.exit_code == 2
    return error.value


@pytest.mark.parametrize(
    "text",
    [
        "group,split\na,train\nb,train\nc,validation\nd,test\n",
        "\ufeffgroup;split\r\nb;Train\r\na;train\r\nc;Validation\r\nd;TEST\r\n",
        "file\tSplit\tGroup\n1.png\ttrain\ta\n2.png\ttrain\ta\n\t\t\n3.png\ttrain\tb\n4.png\tvalidation\tc\n5.png\ttest\td",
        'group,split\n"a", train\n\nb,train \nc,validation\nd,test\n',
    ],
    ids=["plain", "spreadsheet", "a line for each image", "by hand"],
)
def test_what_people_and_spreadsheets_write_is_read(read, text):
    assert read(text) == SPLIT


@given(GROUPS.filter(lambda groups: len(groups) >= 3))
def test_a_written_split_is_read_back(tmp_path_factory, groups):
    sets = {name: groups[number::3] for number, name in enumerate(SETS)}
    path = tmp_path_factory.mktemp("split") / "split.csv"
    path.write_text(write_split(sets), "utf-8", newline="")
    assert read_split(str(path)) == {name: tuple(sorted(ours)) for name, ours in sets.items()}


def test_names_of_other_bytes_are_kept(read):
    name = os.fsdecode(b"M\xfcller")
    text = write_split(SPLIT | {"test": [name]})
    assert read(text.encode("utf-8", "surrogateescape"))["test"] == (name,)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "bad-split-file", ""),
        ("a,train\nb,test\n", "bad-split-file", ""),
        ("group,set\na,train\n", "bad-split-file", ""),
        ("group,split\na,train\nb\n", "bad-split-file", "line 3"),
        ("group,split\na\rb,train\n", "bad-split-file", ""),
        ("group,split\na,train\nb,valdation\n", "unknown-value", "line 3"),
        ("group,split\na,train\nb,validation\na,test\n", "group-in-two-sets", ""),
        ("group,split\na,train\nb,validation\n", "too-few-groups", ""),
    ],
)
def test_what_says_no_split_is_refused_with_its_place(read, text, code, place):
    error = refused(read, text)
    assert (error.code, place in error.where, "split.csv" in error.where) == (code, True, True)
    assert error.hint


def test_the_nearest_word_is_suggested(read):
    assert "'validation'" in refused(read, "group,split\na,valdation\n").hint


def test_files_that_cannot_be_read(tmp_path):
    assert refused(read_split, str(tmp_path / "no.csv")).code == "not-found"
    assert refused(read_split, str(tmp_path)).code == "not-a-regular-file"


@pytest.mark.parametrize(
    ("split", "code"),
    [
        ({"train": "abc", "validation": ["d"], "test": ["e"]}, "bad-value"),
        ({"train": [1], "validation": ["d"], "test": ["e"]}, "bad-value"),
        ({"train": 5}, "bad-value"),
        ({"train": ["a"], "val": ["d"], "test": ["e"]}, "unknown-value"),
        ({"train": ["a"], "test": ["e"]}, "too-few-groups"),
        ({"train": ["a"], "validation": ["b"], "test": ["b"]}, "group-in-two-sets"),
    ],
)
def test_a_mapping_is_held_to_the_same(split, code):
    assert read_split({name: list(groups) for name, groups in SPLIT.items()}) == SPLIT
    assert refused(read_split, split).code == code

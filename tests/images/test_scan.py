"""A folder is scanned whole, in order, and what was left out is noted."""

import os
from pathlib import Path

import pytest

from restore.errors import InputError
from restore.images import find_images, require_unchanged, state_of


@pytest.fixture
def folder(tmp_path):
    """Return a function that makes files below a folder."""
    root = tmp_path / "images"
    root.mkdir()

    def make(*names):
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(name.encode("utf-8", "surrogateescape"))
        return root

    return make


def found(root):
    return [one.path.as_posix() for one in find_images(root)[0]]


def refusal(root):
    with pytest.raises(InputError) as error:
        find_images(root)
    return error.value.code, error.value.where


def test_image_files_are_found_by_their_endings_in_the_order_of_their_bytes(folder):
    root = folder(
        "b.png", "a/c.PNG", "a/b.JpEg", "a.tif", ".hidden.png", ".git/x.png", "notes.txt", "é.png", "\udcff.png"
    )
    assert found(root) == ["a.tif", "a/b.JpEg", "a/c.PNG", "b.png", "é.png", "\udcff.png"]


def test_links_stay_below_the_folder(folder, tmp_path):
    root = folder("a.png", "in/b.png")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "c.png").touch()
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(outside)
    (root / "away.png").symlink_to(outside / "c.png")
    (root / "here.png").symlink_to(root / "in" / "b.png")
    assert found(root) == ["a.png", "here.png", "in/b.png"]
    (note,) = find_images(root)[1]
    assert note.endswith(" away, away.png, loop")
    named = tmp_path / "named"
    named.symlink_to(outside)
    assert found(named) == ["c.png"]


def test_files_of_other_formats_are_left_out_with_a_note(folder):
    names = ["a.HEIC", "deep/b.heic", "c.psd", "README", ".hidden.txt", ".git/x.txt"]
    root = folder("a.png", *names)
    assert found(root) == ["a.png"]
    (note,) = find_images(root)[1]
    assert note.startswith("4 files ")
    assert note.endswith(": 2 .heic, 1 .psd, 1 without ending")


def test_many_kinds_are_counted(folder):
    (note,) = find_images(folder("a.png", *(f"a.{letter}" for letter in "bcdefgh")))[1]
    assert note.endswith(": 1 .b, 1 .c, 1 .d, 1 .e, 1 .f and 2 more")


def test_hidden_images_are_noted_and_other_hidden_files_are_not(folder):
    (note,) = find_images(folder("a.png", "deep/._a.png", ".DS_Store", ".git/x.png"))[1]
    assert note.startswith("1 hidden image ")
    assert note.endswith(" deep/._a.png")


def test_files_of_further_formats_are_found_on_demand_alone(folder):
    root = folder("a.png", "b.WSQ")
    assert found(root) == ["a.png"]
    assert [one.path.name for one in find_images(root, {".wsq": str})[0]] == ["a.png", "b.WSQ"]
    assert not find_images(root, {".wsq": str})[1]


def test_broken_links_are_found_and_reading_gives_the_reason(folder):
    root = folder("a.png")
    (root / "b.png").symlink_to(root / "gone.png")
    (root / "c.png").symlink_to(root / "c.png")
    assert [(one.path.name, one.state == (0, 0)) for one in find_images(root)[0]] == [
        ("a.png", False),
        ("b.png", True),
        ("c.png", True),
    ]


def test_what_is_not_a_folder(folder, tmp_path):
    root = folder("a.png")
    assert refusal(root / "a.png") == ("not-a-directory", str(root / "a.png"))
    with pytest.raises(InputError) as error:
        find_images(tmp_path / "imagse")
    assert "images" in error.value.hint


def test_a_folder_without_images_says_what_it_searched_for_and_which_links_it_did_not_follow(folder, tmp_path):
    root = folder("a.txt")
    (root / "away.png").symlink_to(tmp_path)
    assert refusal(root) == ("no-images", str(root))
    with pytest.raises(InputError) as error:
        find_images(root)
    assert ".png" in error.value.hint
    assert "away.png" in error.value.hint


def test_an_unreadable_folder(folder, monkeypatch):
    root, scandir = folder("a.png", "locked/b.png"), os.scandir

    def denied(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("restore.images.scan.os.scandir", denied)
    assert refusal(root) == ("unreadable", str(root / "locked"))


@pytest.mark.parametrize("change", ["size", "time", "gone"])
def test_a_change_of_a_file_is_noticed(change, folder):
    path = folder("a.png") / "a.png"
    state = state_of(path)
    require_unchanged(path, state)
    if change == "gone":
        path.unlink()
    elif change == "size":
        path.write_bytes(b"another")
        os.utime(path, ns=(0, state[1]))
    else:
        os.utime(path, ns=(0, state[1] + 1))
    with pytest.raises(InputError) as error:
        require_unchanged(path, state)
    assert (error.value.code, error.value.where) == ("file-changed", str(path))


def test_a_state_is_one_of_no_file_too():
    assert state_of(Path("no/such/file")) == (0, 0)

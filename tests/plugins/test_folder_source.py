"""A folder is scanned whole, in order, and says what it leaves out."""

import os
from pathlib import PurePosixPath

import numpy as np
import pytest
from PIL import Image

from restore.errors import InputError, RequestError
from restore.plugins.folder_source import FolderSource
from restore.plugins.values import Source


@pytest.fixture
def folder(tmp_path):
    """Return a function that makes pictures, each of another grey, at paths below a folder."""
    root = tmp_path / "pictures"
    root.mkdir()

    def make(*names, mode="L"):
        for number, name in enumerate(names):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (6, 5), number + 1).convert(mode).save(path, "PNG")
        return root

    return make


def ids(source):
    return [name for name, _ in source.keys]


def groups(source):
    return [group for _, group in source.keys]


def test_it_is_a_source(folder):
    source = FolderSource(folder("b.png", "a/c.PNG", "a/b.JpEg", "a.tif", ".hidden.png", ".git/x.png", "notes.txt"))
    assert isinstance(source, Source)
    assert ids(source) == ["a.tif", "a/b.JpEg", "a/c.PNG", "b.png"]
    assert len(source) == 4
    sample = source[1]
    assert (sample.id, sample.clean.shape, sample.clean.dtype) == ("a/b.JpEg", (5, 6, 1), np.float32)
    assert np.array_equal(sample.clean, np.full((5, 6, 1), 3 / 255, np.float32))


def test_alpha_is_the_last_channel(folder):
    assert FolderSource(folder("a.png", mode="LA"))[0].clean.shape == (5, 6, 2)
    assert FolderSource(folder("a.png", mode="RGBA"))[0].clean.shape == (5, 6, 4)


def test_notes_of_the_reader_come_along(folder):
    root = folder("a.png")
    pages = [Image.new("L", (6, 5), grey) for grey in (1, 2, 3)]
    pages[0].save(root / "b.tif", save_all=True, append_images=pages[1:])
    assert FolderSource(root)[1].notes == ("first of 3 pages",)


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        ("auto", ["ann", "ann", "bob", "x_1.png"]),
        ("folder", ["ann", "ann", "bob", "pictures"]),
        ("file", ["ann/1.png", "ann/2.png", "deep/bob/1.png", "x_1.png"]),
        (r"(\d)", ["1", "2", "1", "1"]),
        (r"(x_)?(?P<group>\d)", ["1", "2", "1", "1"]),
        (lambda path: path.name if len(path.parts) == 2 else None, ["1.png", "2.png", "deep/bob/1.png", "x_1.png"]),
    ],
)
def test_groups(group, wanted, folder):
    root = folder("ann/1.png", "ann/2.png", "deep/bob/1.png", "x_1.png")
    assert groups(FolderSource(root, group=group)) == wanted


def test_a_pattern_has_to_match_every_name(folder):
    root = folder("101_1.png", "102_1.png", "other.png")
    with pytest.raises(InputError, match="1 of 3 names") as error:
        FolderSource(root, group=r"(\d+)_")
    assert "other.png" in error.value.hint
    with pytest.raises(InputError, match="3 of 3 names"):
        FolderSource(root, group=r"(zzz)")


@pytest.mark.parametrize(("group", "hint"), [("flie", "file"), (r"\d+", "parentheses"), ("(", "regular expression")])
def test_what_is_no_pattern(group, hint, folder):
    with pytest.raises(RequestError) as error:
        FolderSource(folder("a.png"), group=group)
    assert hint in str(error.value)


def test_labels(folder):
    source = FolderSource(folder("ann/1.png"), label=lambda path: {"name": path.parent.name})
    assert source[0].labels == {"name": "ann"}
    assert isinstance(PurePosixPath(source[0].id), PurePosixPath)


def test_a_folder_that_is_not_there(folder):
    root = folder("a.png")
    with pytest.raises(InputError) as error:
        FolderSource(root.parent / "picturs")
    assert "pictures" in error.value.hint
    with pytest.raises(InputError, match="no folder"):
        FolderSource(root / "a.png")


def test_a_folder_without_pictures(tmp_path):
    (tmp_path / "a.txt").write_text("no picture")
    with pytest.raises(InputError, match="no pictures") as error:
        FolderSource(tmp_path)
    assert ".png" in error.value.hint


def test_a_bad_file_is_named_when_it_is_read(folder):
    root = folder("a.png", "b.png")
    (root / "b.png").write_bytes(b"")
    source = FolderSource(root)
    assert source[0].id == "a.png"
    with pytest.raises(InputError, match="empty") as error:
        source[1]
    assert error.value.where.endswith("b.png")


def test_a_pipe_with_the_name_of_a_picture_is_told(folder):
    root = folder("a.png")
    os.mkfifo(root / "b.png")
    with pytest.raises(InputError, match="no regular file"):
        FolderSource(root)[1]


def test_links(folder, tmp_path):
    root = folder("a.png", "in/b.png")
    outside = tmp_path / "outside"
    outside.mkdir()
    Image.new("L", (6, 5), 9).save(outside / "c.png")
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(outside)
    (root / "away.png").symlink_to(outside / "c.png")
    (root / "here.png").symlink_to(root / "in" / "b.png")
    source = FolderSource(root)
    assert ids(source) == ["a.png", "here.png", "in/b.png"]
    assert source.notes == ("3 links were not followed: away, away.png, loop",)
    named = tmp_path / "named"
    named.symlink_to(outside)
    assert ids(FolderSource(named)) == ["c.png"]


def test_a_broken_link_is_told(folder):
    root = folder("a.png")
    (root / "b.png").symlink_to(root / "gone.png")
    (root / "c.png").symlink_to(root / "c.png")
    source = FolderSource(root)
    with pytest.raises(InputError, match="the link leads to nothing"):
        source[1]
    with pytest.raises(InputError, match="the path cannot be followed: Too many levels"):
        source[2]


def test_an_unreadable_folder_is_told(folder, monkeypatch):
    root = folder("a.png", "locked/b.png")
    scandir = os.scandir

    def denied(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("restore.plugins.folder_source.os.scandir", denied)
    with pytest.raises(InputError, match="Permission denied") as error:
        FolderSource(root)
    assert error.value.where.endswith("locked")


def test_odd_names_become_valid_text(folder):
    names = ["a b.png", "a\nb.png", "-rf.png", os.fsdecode(b"\xff.png")]
    source = FolderSource(folder(*names))
    assert len(source) == 4
    for index, name in enumerate(ids(source)):
        name.encode()
        assert source[index].id == name
    assert source.fingerprint


def test_a_fingerprint_changes_with_the_data(folder):
    root = folder("a/1.png", "b/2.png")
    first = FolderSource(root).fingerprint
    assert FolderSource(root).fingerprint == first
    assert FolderSource(root, group="file").fingerprint != first
    assert FolderSource(root, label=lambda path: {"name": path.name}).fingerprint != first
    os.utime(root / "a/1.png", ns=(1, 1))
    changed = FolderSource(root).fingerprint
    assert changed != first
    folder("c/3.png")
    assert FolderSource(root).fingerprint != changed


def test_data_that_changes_while_it_is_read(folder):
    root = folder("a.png")
    source = FolderSource(root)
    Image.new("L", (6, 5), 77).save(root / "a.png", "PNG")
    os.utime(root / "a.png", ns=(1, 1))
    with pytest.raises(InputError, match="changed"):
        source[0]


def test_no_array_library_is_loaded_by_the_scan():
    import subprocess
    import sys

    code = "import sys, restore.plugins.folder_source; print([m for m in ('numpy', 'PIL', 'tifffile') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_links_that_were_not_followed_are_told_where_nothing_else_is(folder, tmp_path):
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "away.png").symlink_to(folder("a.png") / "a.png")
    with pytest.raises(InputError, match="holds no pictures") as refused:
        FolderSource(tmp_path / "links")
    assert refused.value.hint.endswith("; 1 link was not followed: away.png")

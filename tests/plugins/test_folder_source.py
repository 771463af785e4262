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
    (note,) = FolderSource(root)[1].notes
    assert "3 pages" in note


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
    for pattern in (r"(\d+)_", "(zzz)"):
        with pytest.raises(InputError) as error:
            FolderSource(root, group=pattern)
        assert (error.value.code, error.value.where) == ("no-match", str(root))
        assert "other.png" in error.value.hint


@pytest.mark.parametrize(("group", "hint"), [("flie", "file"), (r"\d+", "auto"), ("(", "")])
def test_what_is_no_pattern(group, hint, folder):
    with pytest.raises(RequestError) as error:
        FolderSource(folder("a.png"), group=group)
    assert (error.value.code, error.value.where) == ("bad-pattern", f"group={group}")
    assert hint in error.value.hint


def test_labels(folder):
    source = FolderSource(folder("ann/1.png"), label=lambda path: {"name": path.parent.name})
    assert source[0].labels == {"name": "ann"}
    assert isinstance(PurePosixPath(source[0].id), PurePosixPath)


def test_a_bad_file_is_named_when_it_is_read(folder):
    root = folder("a.png", "b.png")
    (root / "b.png").write_bytes(b"")
    source = FolderSource(root)
    assert source[0].id == "a.png"
    with pytest.raises(InputError) as error:
        source[1]
    assert error.value.code == "is-empty"
    assert error.value.where.endswith("b.png")


def test_a_pipe_with_the_name_of_an_image_is_refused(folder):
    root = folder("a.png")
    os.mkfifo(root / "b.png")
    with pytest.raises(InputError) as error:
        FolderSource(root)[1]
    assert error.value.code == "not-a-regular-file"


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
    with pytest.raises(InputError) as error:
        source[0]
    assert (error.value.code, error.value.where) == ("file-changed", str(root / "a.png"))


def test_no_array_library_is_loaded_by_the_scan():
    import subprocess
    import sys

    code = "import sys, restore.plugins.folder_source; print([m for m in ('numpy', 'PIL', 'tifffile') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

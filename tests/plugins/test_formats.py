"""Formats that plugins read: registered when a file needs them, a fault named with its owner."""

import numpy as np
import pytest
from PIL import Image

from restore.api import FolderSource
from restore.errors import ComponentError, InputError, RequestError
from restore.images import read, read_dpi
from restore.plugins.catalogue import Catalogue
from restore.plugins.formats import formats_of
from restore.testing import suite


def tga():
    return "TGA"


@pytest.fixture
def targa(tmp_path):
    """Return a Truevision TGA file, which Pillow reads and the toolkit does not."""
    Image.fromarray(np.arange(20, dtype=np.uint8).reshape(4, 5)).save(tmp_path / "a.tga")
    return tmp_path / "a.tga"


def test_a_format_is_read_by_its_ending_alone(targa):
    assert np.array_equal(read(targa, formats={".tga": tga}).pixels[..., 0] * 255, np.arange(20).reshape(4, 5))
    assert read_dpi(targa, formats={".tga": tga}) is None
    for name, formats in (("a.tga", {}), ("b.TGA", {".tgb": tga}), ("a.png", {".tga": tga})):
        with pytest.raises(InputError) as error:
            read(targa.rename(targa.with_name(name)), formats=formats)
        assert error.value.code == "not-an-image"
        targa = targa.with_name(name)


def test_a_file_with_the_ending_of_a_format_is_of_no_other(tmp_path):
    Image.new("L", (5, 4)).save(tmp_path / "a.png")
    path = (tmp_path / "a.png").rename(tmp_path / "a.tga")
    with pytest.raises(InputError):
        read(path, formats={".tga": tga})


def test_a_folder_source_reads_the_formats_that_it_is_given(targa):
    Image.new("L", (5, 4)).save(targa.with_name("b.png"))
    assert [name for name, _ in FolderSource(targa.parent).keys] == ["b.png"]
    source = FolderSource(targa.parent, formats={".tga": tga})
    assert [name for name, _ in source.keys] == ["a.tga", "b.png"]
    assert source[0].clean.shape == (4, 5, 1)
    assert source.read_dpi(0) is None
    assert not source.notes


def test_the_formats_of_plugins_by_ending(zoo):
    formats = formats_of(Catalogue(zoo("formats")))
    assert {".zof", ".zop", ".zoq", ".zor", ".wsq", ".jp2"} <= set(formats)
    assert formats[".zof"]() == "TGA"
    with pytest.raises(ComponentError) as error:
        formats[".zop"]()
    assert "zoo-formats" in error.value.where
    with pytest.raises(ComponentError) as error:
        formats[".zoq"]()
    assert "'ZOO'" in error.value.what
    with pytest.raises(RequestError) as error:
        formats[".zor"]()
    assert (error.value.code, error.value.hint) == ("missing-extra", "install it")


def test_the_checks_of_formats(zoo):
    findings = suite.check_plugin("zoo-formats", catalogue=Catalogue(zoo("formats")))
    problems = {one.component.split()[1].rpartition("/")[2] for one in findings if one.problem}
    assert problems == {"raises", "unknown"}
    assert [one.note for one in findings if one.note and "refuses" in one.note]


def test_corrupt_reads_them_and_writes_png(restore, zoo, targa):
    zoo("formats")
    targa.rename(targa.with_suffix(".zof"))
    answer = restore("corrupt", "box:size=2", targa.with_suffix(".zof"), "-o", "out")
    assert (answer.code, answer.out) == (0, "out/a.png\n")
    (note,) = answer.err.splitlines()
    assert "TGA" in note
    assert read("out/a.png").format == "PNG"
    targa.with_suffix(".zof").rename(targa.with_suffix(".zor"))
    answer = restore("corrupt", "box:size=2", targa.with_suffix(".zor"), "-o", "two")
    assert (answer.code, answer.failure.code, answer.error[-1].strip()) == (2, "missing-extra", "install it")

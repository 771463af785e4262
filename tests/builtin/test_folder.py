"""The folder data set."""

import pytest
from PIL import Image

from restore.builtin.folder import folder
from restore.errors import InputError, RequestError


def test_a_folder_by_its_folders(tmp_path):
    (tmp_path / "ann").mkdir()
    Image.new("L", (4, 4)).save(tmp_path / "ann" / "1.png")
    source = folder(tmp_path)
    assert list(source.keys) == [("ann/1.png", "ann")]
    assert list(folder(tmp_path, group="file").keys) == [("ann/1.png", "ann/1.png")]


def test_a_limit_of_pixels(tmp_path):
    Image.new("L", (4, 4)).save(tmp_path / "1.png")
    with pytest.raises(InputError, match="4x4"):
        folder(tmp_path, max_pixels=15)[0]


def test_no_folder():
    with pytest.raises(RequestError, match="--data"):
        folder(None)

"""The dataset `folder`."""

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
    with pytest.raises(InputError) as error:
        folder(tmp_path, max_pixels=15)[0]
    assert error.value.code == "too-large"


def test_no_folder():
    with pytest.raises(RequestError) as error:
        folder(None)
    assert error.value.code == "missing-data"
    assert "--data" in error.value.hint

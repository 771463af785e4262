"""An error of libtiff is a refusal, and not a line on stderr beside a picture with holes."""

import contextlib
import ctypes
import io

import numpy as np
import pytest
from PIL import Image

from restore.errors import InputError
from restore.images import read
from restore.images.libtiff import libtiff_errors

GREY = np.kron(np.random.default_rng(0).integers(0, 2, (9, 9), np.uint8), np.ones((4, 4), np.uint8)) * 255


@pytest.fixture
def holed(tmp_path):
    """Return a two-valued TIFF in which a line of the fax code is wrong; Pillow 13 reads it as it is."""
    buffer = io.BytesIO()
    Image.fromarray(GREY).convert("1").save(buffer, "TIFF", compression="group3")
    data = bytearray(buffer.getvalue())
    with Image.open(io.BytesIO(data)) as image:
        (start,) = image.tag_v2[273]
    data[start : start + 8] = bytes(8)
    path = tmp_path / "holed.tif"
    path.write_bytes(data)
    return path


def test_a_line_that_cannot_be_decoded_is_a_refusal_and_nothing_is_written(holed, capfd):
    with pytest.raises(InputError, match="truncated or damaged: Fax3Decode1D: ") as error:
        read(holed)
    assert "%" not in error.value.what
    assert capfd.readouterr() == ("", "")


def load(path):
    """Decode a file with Pillow, of which older versions refuse it."""
    with Image.open(path) as image, contextlib.suppress(OSError):
        image.load()


def test_others_hear_libtiff_as_before(holed, capfd):
    with libtiff_errors() as told:
        load(holed)
    assert len(told) == 1
    assert capfd.readouterr().err == ""
    load(holed)
    assert "Fax3Decode1D" in capfd.readouterr().err


def test_where_libtiff_is_out_of_reach_nothing_is_heard(holed, monkeypatch, capfd):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    with libtiff_errors() as told:
        load(holed)
    assert told == []
    assert "Fax3Decode1D" in capfd.readouterr().err


def test_a_whole_file_has_no_errors(tmp_path):
    for compression in ("group3", "group4", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        image = Image.fromarray(GREY)
        image = image.convert("1") if compression.startswith("group") else image
        image.save(tmp_path / "a.tif", compression=compression)
        assert read(tmp_path / "a.tif").pixels.shape == (36, 36, 1)

"""Errors of libtiff are refusals, not lines on stderr beside an image with holes."""

import contextlib
import ctypes
import io

import numpy as np
import pytest
import tifffile
from PIL import Image, features

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
    with pytest.raises(InputError) as error:
        read(holed)
    assert error.value.code == "truncated"
    assert "Fax3Decode1D: " in error.value.what
    assert "%" not in error.value.what
    assert capfd.readouterr() == ("", "")


def load(path):
    """Decode a file with Pillow, of which older versions refuse it."""
    with Image.open(path) as image, contextlib.suppress(OSError):
        image.load()


def test_others_hear_libtiff_as_before(holed, capfd):
    with libtiff_errors() as errors:
        load(holed)
    assert len(errors) == 1
    assert capfd.readouterr().err == ""
    load(holed)
    assert "Fax3Decode1D" in capfd.readouterr().err


def test_where_libtiff_is_out_of_reach_nothing_is_heard(holed, monkeypatch, capfd):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    with libtiff_errors() as errors:
        load(holed)
    assert errors == []
    assert "Fax3Decode1D" in capfd.readouterr().err


def test_a_whole_file_has_no_errors(tmp_path):
    for compression in ("group3", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        image = Image.fromarray(GREY)
        image = image.convert("1") if compression.startswith("group") else image
        image.save(tmp_path / "a.tif", compression=compression)
        assert read(tmp_path / "a.tif").pixels.shape == (36, 36, 1)


@pytest.mark.parametrize(
    ("version", "is_read"), [("4.6.0", False), ("4.7.1", False), ("4.7.2", True), ("4.10.0", True)]
)
def test_group_4_is_read_where_missing_lines_are_white(version, is_read, tmp_path, monkeypatch):
    Image.fromarray(GREY).convert("1").save(tmp_path / "a.tif", compression="group4")
    monkeypatch.setattr(features, "version_codec", {"libtiff": version}.get)
    if is_read:
        assert np.array_equal(read(tmp_path / "a.tif").pixels[..., 0], GREY / 255)
        return
    with pytest.raises(InputError) as error:
        read(tmp_path / "a.tif")
    assert error.value.code == "unsupported-compression"
    assert version in error.value.what
    assert "Pillow 13" in error.value.hint


GREYS = np.random.default_rng(1).integers(0, 256, (40, 48), np.uint8)


def tagged(path, tag, value):
    """Write another value of a tag, a short or a long of which the lower half is written."""
    with tifffile.TiffFile(path, mode="r+b") as file:
        place = file.pages[0].tags[tag].valueoffset
        order = file.byteorder
    data = bytearray(path.read_bytes())
    data[place : place + 2] = value.to_bytes(2, "little" if order == "<" else "big")
    path.write_bytes(data)


@pytest.mark.parametrize(("tag", "value"), [(256, 60), (257, 60), (256, 32816)])
def test_a_jpeg_smaller_than_its_strip_is_a_refusal(tag, value, tmp_path):
    path = tmp_path / "a.tif"
    Image.fromarray(GREYS).save(path, compression="jpeg")
    read(path)
    tagged(path, tag, value)
    if tag == 257:
        tagged(path, 278, value)
    size = (value, 40) if tag == 256 else (48, value)
    with pytest.raises(InputError) as error:
        read(path)
    assert error.value.code == "truncated"
    assert "48x40" in error.value.what
    assert f"{size[0]}x{size[1]}" in error.value.what


def pieces(values, height, width, *, padded):
    """Return the JPEG of each strip or tile of an image (H, W) or (H, W, 3), those at the edges whole if `padded`."""
    if padded:
        beyond = [(0, -values.shape[0] % height), (0, -values.shape[1] % width)]
        values = np.pad(values, beyond + [(0, 0)] * (values.ndim - 2))
    for top in range(0, values.shape[0], height):
        for left in range(0, values.shape[1], width):
            buffer = io.BytesIO()
            Image.fromarray(values[top : top + height, left : left + width]).save(
                buffer, "JPEG", quality=95, keep_rgb=True
            )
            yield buffer.getvalue()


@pytest.mark.parametrize("layout", [{"rowsperstrip": 16}, {"tile": (32, 16)}, {"rowsperstrip": 40}])
@pytest.mark.parametrize("colour", ["minisblack", "rgb", "planes"])
def test_jpegs_in_strips_tiles_and_planes_are_read(layout, colour, tmp_path):
    path = tmp_path / "a.tif"
    smooth = np.asarray(Image.fromarray(GREYS[::8, ::8]).resize((48, 40)))
    height, width = layout.get("tile", (layout.get("rowsperstrip"), 48))
    values = np.stack([smooth] * 3, axis=-1) if colour == "rgb" else smooth
    data = list(pieces(values, height, width, padded="tile" in layout)) * (3 if colour == "planes" else 1)
    options = {"photometric": "rgb", "planarconfig": "separate"} if colour == "planes" else {"photometric": colour}
    shape = {"minisblack": (40, 48), "rgb": (40, 48, 3), "planes": (3, 40, 48)}[colour]
    tifffile.imwrite(path, iter(data), shape=shape, dtype=np.uint8, compression="zlib", **options, **layout)
    tagged(path, 259, 7)  # for JPEG tifffile wants imagecodecs, also where the pieces are made
    assert np.abs(read(path).pixels * 255 - smooth[..., None]).mean() < 3

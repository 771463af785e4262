"""Every file that cannot be used is refused with a code; none is padded, waited for or partly read."""

import io
import os
import socket
import struct
import warnings
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from restore.errors import InputError
from restore.images import read, read_dpi

COLOUR = np.kron(np.random.default_rng(0).integers(0, 256, (6, 5, 3), np.uint8), np.ones((4, 5, 1), np.uint8))


def encoded(kind, image=None, **options):
    buffer = io.BytesIO()
    (image or Image.fromarray(COLOUR)).save(buffer, kind, **options)
    return buffer.getvalue()


FILES = {
    "bmp": encoded("BMP"),
    "gif": encoded("GIF"),
    "jpg": encoded("JPEG"),
    "progressive.jpg": encoded("JPEG", progressive=True),
    "png": encoded("PNG"),
    "deep.png": encoded("PNG", Image.fromarray(COLOUR[..., 0].astype(np.uint16) * 257)),
    "ppm": encoded("PPM"),
    "tif": encoded("TIFF"),
    "lzw.tif": encoded("TIFF", compression="tiff_lzw"),
    "jpeg.tif": encoded("TIFF", compression="jpeg"),
    "group3.tif": encoded("TIFF", Image.fromarray(COLOUR[..., 0]).convert("1"), compression="group3"),
    "webp": encoded("WEBP"),
    "lossless.webp": encoded("WEBP", lossless=True),
}


@pytest.fixture
def refused(tmp_path):
    """Return the error for a file with these bytes, or at this path."""

    def check(what, **options):
        path = what
        if isinstance(what, bytes):
            path = tmp_path / "image.png"
            path.write_bytes(what)
        with pytest.raises(InputError) as error:
            read(path, **options)
        assert error.value.exit_code == 2
        assert str(path) in error.value.where
        assert "\n" not in error.value.what
        return error.value

    return check


def test_missing_names_the_nearest(tmp_path, refused):
    (tmp_path / "finger.png").write_bytes(FILES["png"])
    error = refused(tmp_path / "fingr.png")
    assert error.code == "not-found"
    assert "finger.png" in error.hint
    assert refused(tmp_path / "nowhere" / "a.png").code == "not-found"


def test_what_is_not_an_image_is_refused_whatever_its_ending(refused):
    assert refused(b"%PDF-1.4 and so on").code == "not-an-image"
    assert refused(b"").code == "is-empty"


def test_postscript_is_never_run(refused):
    data = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    assert refused(data).code == "not-an-image"


@pytest.mark.parametrize("kind", FILES)
def test_a_cut_file_is_refused_or_whole(kind, tmp_path):
    path = tmp_path / "cut"
    path.write_bytes(FILES[kind])
    whole = read(path).pixels
    refusals = 0
    for length in range(1, len(FILES[kind]), max(1, len(FILES[kind]) // 97)):
        path.write_bytes(FILES[kind][:length])
        try:
            pixels = read(path).pixels
        except InputError:
            refusals += 1
        else:
            assert np.array_equal(pixels, whole)
    assert refusals > 20


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(sorted(FILES)),
    flips=st.lists(st.tuples(st.integers(0, 300), st.binary(min_size=1, max_size=2)), max_size=4),
)
def test_a_damaged_header_never_ends_in_anything_but_a_refusal(kind, flips, tmp_path):
    data = bytearray(FILES[kind])
    for place, value in flips:
        data[place : place + len(value)] = value
    path = tmp_path / "flipped"
    path.write_bytes(data)
    try:
        image_file = read(path, max_pixels=1_000_000)
    except InputError:
        return
    assert image_file.pixels.dtype == np.float32
    assert image_file.pixels.ndim == 3
    assert image_file.pixels.shape[2] in (1, 3)
    assert 0 <= image_file.pixels.min() <= image_file.pixels.max() <= 1


def test_a_bomb_is_refused_before_it_is_decoded(refused):
    data = bytearray(FILES["bmp"])
    data[18:26] = struct.pack("<ii", 20_000, 20_000)
    for error, size, limit in (
        (refused(bytes(data)), "20000x20000", "100,000,000"),
        (refused(FILES["png"], max_pixels=599), "25x24", "599"),
    ):
        assert error.code == "too-large"
        assert size in error.what
        assert limit in error.what
        assert "--max-pixels" in error.hint


def test_the_limit_is_ours_and_not_pillows(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    path = tmp_path / "a.png"
    path.write_bytes(FILES["png"])
    assert read(path, max_pixels=600).pixels.shape == (24, 25, 3)
    assert Image.MAX_IMAGE_PIXELS == 100


def test_nothing_is_padded_where_somebody_allowed_it(monkeypatch, refused):
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    assert refused(FILES["jpg"][:-200]).code == "truncated"


def test_zero_width(refused):
    data = bytearray(FILES["bmp"])
    data[18:22] = bytes(4)
    assert refused(bytes(data)).code == "no-pixels"


def test_what_is_no_file_is_not_waited_for(tmp_path, refused):
    os.mkfifo(tmp_path / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.png"))
        for path in (tmp_path / "pipe.png", tmp_path / "s.png", tmp_path, "/dev/zero"):
            assert refused(path).code == "not-a-regular-file"


def test_a_loop_of_links(tmp_path, refused):
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    assert refused(tmp_path / "a.png").code == "unreadable"
    (tmp_path / "c.png").symlink_to(tmp_path / "gone.png")
    error = refused(tmp_path / "c.png")
    assert error.code == "not-found"
    assert error.where.endswith("gone.png")


def test_an_unreadable_file(tmp_path, refused, monkeypatch):
    path = tmp_path / "a.png"
    path.write_bytes(FILES["png"])

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("restore.images.reader.os.open", denied)
    error = refused(path)
    assert error.code == "unreadable"
    assert "Permission denied" in error.what


def test_odd_names(tmp_path):
    for name in ("a b\n.png", "-rf.png", os.fsdecode(b"\xff\xfe.png")):
        (tmp_path / name).write_bytes(FILES["png"])
        assert read(tmp_path / name).format == "PNG"


def test_chunks_behind_the_pixels_are_read_in_silence(tmp_path):
    control = b"acTL" + bytes(8)
    late = struct.pack(">I", 8) + control + struct.pack(">I", zlib.crc32(control))
    path = tmp_path / "a.png"
    path.write_bytes(FILES["png"][:-12] + late + FILES["png"][-12:])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert read(path).pixels.shape == (24, 25, 3)
    assert caught == []


@pytest.mark.parametrize(
    ("kind", "options", "dpi"),
    [
        ("BMP", {"dpi": (96, 96)}, 96),
        ("PNG", {"dpi": (500, 300)}, 500),
        ("JPEG", {"dpi": (200, 200)}, 200),
        ("TIFF", {"dpi": (500, 500)}, 500),
        ("TIFF", {"dpi": (1, 1)}, 1),
        ("TIFF", {}, None),  # where Pillow says 1
        ("PNG", {}, None),
        ("WEBP", {}, None),
    ],
)
def test_dots_per_inch_are_those_of_the_header(tmp_path, kind, options, dpi):
    path = tmp_path / "image"
    path.write_bytes(encoded(kind, **options))
    assert read_dpi(path) == (None if dpi is None else pytest.approx(dpi, rel=1e-3))


@pytest.mark.parametrize("resolution", [(0, 1), (1, 0), (0, 0)])
def test_dots_per_inch_that_are_no_number(tmp_path, resolution):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[282] = tags[283] = TiffImagePlugin.IFDRational(7919, 104729)
    path, stored = tmp_path / "image.tif", struct.pack("<2L", 7919, 104729)
    data = encoded("TIFF", tiffinfo=tags)
    assert stored in data
    path.write_bytes(data.replace(stored, struct.pack("<2L", *resolution)))  # Pillow may not write it itself
    assert read_dpi(path) is None


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "is-empty"), (b"text", "not-an-image"), (FILES["png"][:20], "truncated")]
)
def test_dots_per_inch_of_what_is_not_an_image(tmp_path, content, code):
    path = tmp_path / "image.png"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_dpi(path)
    assert (error.value.code, error.value.where) == (code, str(path))
    with pytest.raises(InputError) as error:
        read_dpi(tmp_path)
    assert error.value.code == "not-a-regular-file"

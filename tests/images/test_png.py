"""PNG: checksums of what pixels depend on are right, and whatever else a file holds costs nothing but a note."""

import struct
import warnings
import zlib

import numpy as np
import pytest
from images.fuzzing.files import chunk, png, saved, turned
from PIL import Image

from restore.errors import InputError
from restore.images import read, read_dpi

RNG = np.random.default_rng(3)
GREY = (np.add.outer(np.arange(40), np.arange(50)) * 2 + RNG.integers(0, 9, (40, 50))).astype(np.uint8)
WHOLE = saved(GREY, "PNG", dpi=(500, 500))
HEADER_END = 33
LARGE = 3 * 2**20
"""Bytes, unpacked, beyond what Pillow unpacks of metadata."""


@pytest.fixture
def reread(tmp_path):
    """Write bytes and read them as an image."""

    def through(data):
        path = tmp_path / "image.png"
        path.write_bytes(data)
        return read(path)

    return through


@pytest.fixture
def refused(reread):
    def check(data):
        with pytest.raises(InputError) as error:
            reread(data)
        return error.value

    return check


def with_chunk(kind, body, *, behind=False, whole=WHOLE):
    """Return a PNG with another chunk behind its header, or behind its pixels."""
    at = len(whole) - 12 if behind else HEADER_END
    return whole[:at] + chunk(kind, body) + whole[at:]


def assert_grey(image_file):
    assert np.array_equal(image_file.pixels[..., 0], GREY.astype(np.float32) / np.float32(255))


def test_every_flipped_bit_of_the_pixels_is_noticed(refused):
    start = WHOLE.index(b"IDAT")
    end = WHOLE.index(b"IEND") - 4
    for place in range(start, end):
        damaged = bytearray(WHOLE)
        damaged[place] ^= 1 << place % 8
        assert refused(damaged).code in {"truncated", "unsupported-mode"}, place


@pytest.mark.parametrize("kind", [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"])
def test_a_wrong_checksum_of_what_pixels_depend_on_is_a_refusal(kind, refused):
    data = bytearray(saved(GREY, "PNG", "P", transparency=b"\x00\x7f"))
    at = data.index(kind)
    length = int.from_bytes(data[at - 4 : at], "big")
    data[at + 4 + length] ^= 1
    error = refused(data)
    assert error.code == "truncated"
    assert kind.decode() in error.what


@pytest.mark.parametrize("behind", [False, True])
def test_a_damaged_chunk_of_metadata_is_a_note(behind, reread):
    data = bytearray(with_chunk(b"tEXt", b"Comment\0a print", behind=behind))
    data[data.index(b"a print")] ^= 4
    image_file = reread(data)
    assert_grey(image_file)
    (note,) = image_file.notes
    assert "tEXt" in note


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"iCCP", b"scanner\0\0" + zlib.compress(bytes(LARGE))),
        (b"iCCP", b"scanner\0\0no profile"),
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(LARGE))),
        (b"iTXt", b"Comment\0\1\0en\0\0" + zlib.compress(bytes(LARGE))),
        (b"tEXt", b"Comment\0" + b"x" * LARGE),
        (b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(LARGE))),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(LARGE))),
        (b"eXIf", bytes(100)),
        (b"pHYs", bytes(3)),
        (b"gAMA", b""),
        (b"cHRM", b""),
        (b"acTL", b""),
        (b"fcTL", b""),
        (b"prVt", b"of another program"),
    ],
)
def test_metadata_of_any_size_and_kind_leave_the_pixels_alone(kind, body, behind, reread):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_grey(reread(with_chunk(kind, body, behind=behind)))


def test_a_hundred_large_texts(reread):
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2**20)))
    assert_grey(reread(WHOLE[:HEADER_END] + text * 100 + WHOLE[HEADER_END:]))


def test_a_resolution_is_read_beside_metadata_that_are_not(tmp_path):
    path = tmp_path / "image.png"
    path.write_bytes(with_chunk(b"iCCP", b"scanner\0\0" + zlib.compress(bytes(LARGE))))
    assert read(path).dpi == pytest.approx(500, rel=1e-3)
    assert read_dpi(path) == pytest.approx(500, rel=1e-3)


def exif_text(kind):
    """Return EXIF data with an orientation as the text that other programs store."""
    data = b"Exif\0\0" + turned().tobytes().removeprefix(b"Exif\0\0")
    hexadecimal = f"\nexif\n{len(data):8}\n{data.hex()}\n".encode()
    return {
        b"tEXt": b"Raw profile type exif\0" + hexadecimal,
        b"zTXt": b"Raw profile type exif\0\0" + zlib.compress(hexadecimal),
        b"iTXt": b'XML:com.adobe.xmp\0\0\0\0\0<x tiff:Orientation="6"/>',
        b"eXIf": data[6:],
    }[kind]


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("kind", [b"tEXt", b"zTXt", b"iTXt", b"eXIf"])
def test_an_orientation_is_applied_wherever_it_is_stored(kind, behind, reread):
    image_file = reread(with_chunk(kind, exif_text(kind), behind=behind))
    assert np.array_equal(np.rint(image_file.pixels[..., 0] * 255), np.rot90(GREY, -1))
    assert image_file.notes == ("EXIF orientation applied",)


def test_what_must_be_understood_and_is_not_is_a_refusal(refused):
    error = refused(with_chunk(b"CgBI", b"\x50\x00\x20\x06"))
    assert error.code == "unsupported-mode"
    assert "CgBI" in error.what


def test_chunks_out_of_place_are_refused(refused):
    start = WHOLE.index(b"IDAT") - 4
    pixels, end = WHOLE[start:-12], WHOLE[-12:]
    inside = zlib.decompress(pixels[8:-4])
    packed = zlib.compress(inside)
    halves = [chunk(b"IDAT", packed[:50]), chunk(b"IDAT", packed[50:])]
    text = chunk(b"tEXt", b"Comment\0between")
    for data in (
        WHOLE[:start] + halves[0] + text + halves[1] + end,
        WHOLE[:HEADER_END] + WHOLE[8:],
        WHOLE[:start] + end,
        WHOLE[:8] + WHOLE[start:],
        WHOLE[:-12] + chunk(b"tRNS", b"\0\1") + end,
        WHOLE[:start] + chunk(b"te t", b"") + WHOLE[start:],
    ):
        assert refused(data).code == "truncated"


def test_pixels_in_many_chunks_are_read(reread):
    start = WHOLE.index(b"IDAT") - 4
    packed = WHOLE[start + 8 : -16]
    pieces = b"".join(chunk(b"IDAT", packed[at : at + 7]) for at in range(0, len(packed), 7))
    assert_grey(reread(WHOLE[:start] + pieces + chunk(b"IDAT", b"") + WHOLE[-12:]))


@pytest.mark.parametrize("end", [-12, -11, -5])
def test_a_file_that_ends_behind_its_pixels_is_read_with_a_note(end, reread):
    image_file = reread(WHOLE[:end])
    assert_grey(image_file)
    assert len(image_file.notes) == 1


def test_a_file_that_ends_within_its_pixels_is_a_refusal(refused):
    for end in range(60, len(WHOLE) - 12, 101):
        assert refused(WHOLE[:end]).code == "truncated"


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_transparent_grey_of_few_bits(bits, reread):
    most = 2**bits - 1
    levels = RNG.integers(0, most + 1, (9, 16))
    text = ["".join(f"{level:0{bits}b}" for level in row) for row in levels]
    rows = b"".join(b"\0" + int(row, 2).to_bytes(2 * bits, "big") for row in text)
    header = struct.pack(">IIBBBBB", 16, 9, bits, 0, 0, 0, 0)
    key = chunk(b"tRNS", struct.pack(">H", most - 1))
    body = chunk(b"IHDR", header) + key + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    image_file = reread(b"\x89PNG\r\n\x1a\n" + body)
    assert np.array_equal(np.rint(image_file.pixels[..., 0] * most), levels)
    assert np.array_equal(image_file.alpha == 0, levels == most - 1)


def test_transparency_of_16_bits(reread):
    deep = RNG.integers(0, 65536, (5, 6, 3)).astype(np.uint16)
    data = png(deep)
    key = struct.pack(">3H", *deep[2, 3].tolist())
    image_file = reread(with_chunk(b"tRNS", key, whole=data))
    assert np.array_equal(np.rint(image_file.pixels * 65535), deep)
    assert np.array_equal(image_file.alpha == 0, (deep == deep[2, 3]).all(axis=2))


def test_an_animation_is_its_default_image(reread):
    frames = [Image.fromarray(GREY), Image.fromarray(255 - GREY)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert reread(data).notes == ("first of 2 pages read",)
    apart = saved(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True)
    assert_grey(reread(apart))

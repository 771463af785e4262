"""BMP: bit masks of any size, palettes and headers of any kind come in with the values that the file holds."""

import struct

import numpy as np
import pytest
from images.fuzzing.files import bmp, saved

from restore.errors import InputError
from restore.images import read, read_dpi

RNG = np.random.default_rng(5)
WORDS = RNG.integers(0, 2**16, (7, 9)).astype(np.uint16)
LONGS = RNG.integers(0, 2**32, (7, 9)).astype(np.uint32)
COLOURS = RNG.integers(0, 256, (16, 3)).astype(np.uint8)


@pytest.fixture
def reread(tmp_path):
    """Write bytes and read them as an image."""

    def through(data):
        (tmp_path / "a.bmp").write_bytes(data)
        return read(tmp_path / "a.bmp")

    return through


@pytest.fixture
def refused(reread):
    def check(data):
        with pytest.raises(InputError) as error:
            reread(data)
        return error.value

    return check


def field(words, mask):
    """Return what lies under a mask, as a share of the most that it holds."""
    low = (mask & -mask).bit_length() - 1
    return (words & mask) / 2**low / (mask >> low)


MASKS_16 = {
    "565": (0xF800, 0x7E0, 0x1F),
    "555": (0x7C00, 0x3E0, 0x1F),
    "bgr565": (0x1F, 0x7E0, 0xF800),
    "444": (0xF00, 0xF0, 0xF),
    "4444": (0xF00, 0xF0, 0xF, 0xF000),
    "5551": (0x7C00, 0x3E0, 0x1F, 0x8000),
    "231": (0x6000, 0x700, 0x1),
}
MASKS_32 = {
    "bgrx": (0xFF0000, 0xFF00, 0xFF),
    "rgbx": (0xFF, 0xFF00, 0xFF0000),
    "xrgb": (0xFF00, 0xFF0000, 0xFF000000),
    "bgra": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    "argb": (0xFF00, 0xFF0000, 0xFF000000, 0xFF),
    "shifted": (0xFF0, 0xFF000, 0xFF00000),
    "few": (0x7 << 20, 0x3 << 9, 0x1F << 2),
}


@pytest.mark.parametrize("size", [40, 52, 56, 108, 124])
@pytest.mark.parametrize(
    ("words", "masks"), [*((WORDS, one) for one in MASKS_16.values()), *((LONGS, one) for one in MASKS_32.values())]
)
def test_channels_are_what_lies_under_the_masks(size, words, masks, reread):
    if len(masks) == 4 and size == 52:
        pytest.skip("a header without a mask of alpha")
    image_file = reread(bmp(words, masks, size=size))
    assert (image_file.depth, image_file.format, image_file.notes) == (8, "BMP", ())
    channels = np.stack([field(words, mask) for mask in masks], axis=-1)
    assert np.array_equal(np.rint(image_file.pixels * 255), np.floor(channels[..., :3] * 255 + 0.5))
    if len(masks) == 3:
        assert image_file.alpha is None
    else:
        assert np.array_equal(np.rint(image_file.alpha * 255), np.floor(channels[..., 3] * 255 + 0.5))


@pytest.mark.parametrize(
    "masks", [(0x3FF00000, 0xFFC00, 0x3FF), (0x3FF, 0xFFC00, 0x3FF00000, 0xC0000000), (0x7FF, 0x3FF800, 0xFFC00000)]
)
def test_more_than_8_bits_become_16(masks, reread):
    image_file = reread(bmp(LONGS, masks))
    assert image_file.depth == 16
    channels = np.stack([field(LONGS, mask) for mask in masks[:3]], axis=-1)
    assert np.abs(image_file.pixels - channels).max() <= 0.51 / 65535


def test_a_channel_without_bits_is_black(reread):
    pixels = reread(bmp(WORDS, (0xFF00, 0xFF, 0))).pixels
    assert np.array_equal(np.rint(pixels[..., 0] * 255), WORDS >> 8)
    assert not pixels[..., 2].any()


def test_masks_that_are_not_contiguous_are_refused(refused):
    assert refused(bmp(WORDS, (0xF0F0, 0xF00, 0xF))).code == "unsupported-mode"


def test_rows_from_the_top(reread):
    below = reread(bmp(WORDS, MASKS_16["565"]))
    above = reread(bmp(WORDS, MASKS_16["565"], height=-7))
    assert np.array_equal(above.pixels, below.pixels[::-1])


def indexed(bits, indices, *, size=40, entries=None, gap=0):
    """Return a BMP of palette indices of 1 to 8 bits, with a header of OS/2 or Windows, and the first 16 `COLOURS`."""
    rows, width = indices.shape
    text = ["".join(f"{index:0{bits}b}" for index in row) for row in indices[::-1]]
    stride = -(-width * bits // 32) * 4
    data = b"".join(int(row.ljust(stride * 8, "0"), 2).to_bytes(stride, "big") for row in text)
    count = entries or min(2**bits, 16)
    entry = 3 if size == 12 else 4
    stored = np.zeros((count, entry), np.uint8)
    stored[: min(count, 16), :3] = COLOURS[: min(count, 16), ::-1]
    if size == 12:
        head = struct.pack("<IHHHH", 12, width, rows, 1, bits)
    else:
        head = struct.pack("<IiiHHIIiiII", 40, width, rows, 1, bits, 0, 0, 0, 0, entries or count, 0)
        head = (struct.pack("<I", size) + head[4:]).ljust(size, b"\0")[:size]
    start = 14 + len(head) + stored.size + gap
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + head + stored.tobytes() + bytes(gap) + data


@pytest.mark.parametrize("size", [12, 40, 64, 108])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palettes_of_every_size_and_header(bits, size, reread):
    indices = RNG.integers(0, min(2**bits, 16), (5, 11))
    entries = 256 if size == 12 and bits == 8 else None
    image_file = reread(indexed(bits, indices, size=size, entries=entries))
    assert np.array_equal(np.rint(image_file.pixels * 255), COLOURS[indices])
    assert image_file.depth == 8


def test_a_short_header_of_os2_and_a_palette_longer_than_needed(reread):
    indices = RNG.integers(0, 16, (5, 11))
    for data in (
        indexed(8, indices, size=16, entries=256),
        indexed(8, indices, entries=300),
        indexed(4, indices, gap=100),
    ):
        assert np.array_equal(np.rint(reread(data).pixels * 255), COLOURS[indices])


def test_a_grey_palette_stays_grey(reread):
    assert reread(saved(RNG.integers(0, 256, (6, 7), np.uint8), "BMP")).pixels.shape == (6, 7, 1)


def test_a_colour_beyond_the_palette_is_a_refusal(refused):
    indices = np.zeros((5, 11), int)
    indices[2, 3] = 9
    error = refused(indexed(8, indices, entries=9))
    assert error.code == "truncated"
    assert "palette" in error.what


@pytest.mark.parametrize(("compression", "kind"), [(4, "JPEG"), (5, "PNG"), (9, "compression 9")])
def test_other_compressions_are_named(compression, kind, refused):
    data = bytearray(saved(np.zeros((4, 4, 3), np.uint8), "BMP"))
    data[30:34] = struct.pack("<I", compression)
    error = refused(data)
    assert error.code == "unsupported-compression"
    assert kind in error.what


def test_pixels_that_are_missing_are_a_refusal(refused):
    data = bmp(LONGS, MASKS_32["bgra"])
    assert refused(data[:-1]).code == "truncated"
    assert refused(data[: len(data) // 2]).code == "truncated"


def test_resolution(tmp_path):
    (tmp_path / "a.bmp").write_bytes(bmp(WORDS, MASKS_16["565"]))
    assert read_dpi(tmp_path / "a.bmp") == pytest.approx(72.009, abs=0.001)
    assert read(tmp_path / "a.bmp").dpi == pytest.approx(72.009, abs=0.001)

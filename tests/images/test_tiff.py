"""TIFF: every kind of value that libtiff or tifffile reads comes in as it is meant, or is refused by name."""

import io
import re
import struct
from importlib.util import find_spec

import numpy as np
import pytest
import tifffile
from images.fuzzing.files import packed, palette_of_8_bits, saved
from PIL import Image

from restore.errors import InputError
from restore.images import read, read_dpi

RNG = np.random.default_rng(11)
RGB = RNG.integers(0, 256, (21, 18, 3)).astype(np.uint8)
DEEP = RNG.integers(0, 65536, (21, 18, 4)).astype(np.uint16)
LONG = RNG.integers(0, 2**32, (21, 18, 3)).astype(np.uint32)
FLOAT = RNG.random((21, 18, 3))


@pytest.fixture
def reread(tmp_path):
    """Write with tifffile, or bytes, and read as an image."""

    def through(values, **options):
        path = tmp_path / "a.tif"
        if isinstance(values, bytes):
            path.write_bytes(values)
        else:
            tifffile.imwrite(path, values, **options)
        return read(path)

    return through


@pytest.fixture
def refused(reread):
    def check(values, **options):
        with pytest.raises(InputError) as error:
            reread(values, **options)
        return error.value

    return check


CODECS = find_spec("imagecodecs") is not None
"""Whether tifffile can write all that is read."""
LAYOUTS = {
    "strips": {"rowsperstrip": 4},
    "one strip": {},
    "tiles": {"tile": (16, 32)},
    "compressed": {"compression": "zlib", "rowsperstrip": 5},
}
if CODECS:
    LAYOUTS["predicted"] = {"compression": "zlib", "predictor": True, "tile": (16, 16)}
    LAYOUTS["lzw"] = {"compression": "lzw", "predictor": True, "rowsperstrip": 4}
    LAYOUTS["packed"] = {"compression": "packbits", "rowsperstrip": 1}


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("planes", [False, True])
@pytest.mark.parametrize(
    ("values", "white", "depth"),
    [
        (RGB, 255, 8),
        (DEEP[..., :3], 65535, 16),
        (LONG, 2**32 - 1, 32),
        (FLOAT.astype(np.float16), 1, 32),
        (FLOAT.astype(np.float32), 1, 32),
        (FLOAT, 1, 32),
    ],
    ids=["u1", "u2", "u4", "f2", "f4", "f8"],
)
def test_colours_of_every_size_and_layout(values, white, depth, planes, layout, large, order, reread):
    options = {"photometric": "rgb", "bigtiff": large, "byteorder": order, **LAYOUTS[layout]}
    if planes:
        values = np.moveaxis(values, 2, 0)
        options["planarconfig"] = "separate"
    image_file = reread(values, **options)
    wanted = np.moveaxis(values, 0, 2) if planes else values
    assert image_file.depth == depth
    assert image_file.alpha is None
    assert np.array_equal(image_file.pixels, (wanted / white).astype(np.float32))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.float32])
def test_white_is_zero(kind, order, reread):
    values = FLOAT[..., 0].astype(kind) if kind == np.float32 else LONG[..., 0].astype(kind)
    white = 1 if kind == np.float32 else np.iinfo(kind).max
    pixels = reread(values, photometric="miniswhite", byteorder=order).pixels[..., 0]
    assert np.abs(pixels - (1 - values / white)).max() < 1e-6


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bits", [*range(1, 17), 20, 24])
def test_bits_of_any_number(bits, channels, reread):
    values = LONG[:5, :12, 0] >> (32 - bits)
    image_file = reread(packed(bits, values, photometric=2 if channels == 3 else 1, channels=channels))
    assert image_file.depth == (8 if bits <= 8 else 16 if bits <= 16 else 32)
    levels = image_file.pixels.reshape(5, 12) * (2**bits - 1.0)
    assert np.array_equal(np.rint(levels), values) if bits <= 16 else np.abs(levels - values).max() <= 1
    assert bool(image_file.notes) == (bits > 8 and bits != 16)


def test_32_bits_of_which_hardly_any_is_used_are_refused(refused):
    error = refused(LONG[..., 0] >> 16)
    assert error.code == "out-of-range"
    assert "4,294,967,295" in error.what


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32, np.complex64])
def test_numbers_that_are_no_levels_are_refused(kind, refused):
    error = refused((RGB[..., 0] // 2).astype(kind))
    assert error.code == "unsupported-mode"
    assert re.search("signed|complex", error.what)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_floating_point_lies_in_0_to_1(kind, reread, refused):
    values = FLOAT[..., 0].astype(kind)
    assert bool(reread(values).notes) == (kind == np.float64)
    for wrong, code in (
        (1.5, "out-of-range"),
        (-0.1, "out-of-range"),
        (np.nan, "not-finite-pixels"),
        (np.inf, "not-finite-pixels"),
    ):
        values[3, 4] = wrong
        assert refused(values).code == code


def test_too_large_for_32_bits_is_not_finite(refused):
    assert refused(FLOAT[..., 0] * 1e300).code == "not-finite-pixels"


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_floating_and_integer_alpha(kind, reread):
    white = 1 if kind == np.float32 else np.iinfo(kind).max
    values = np.concatenate([FLOAT, FLOAT[..., :1]], axis=2) if kind == np.float32 else DEEP
    values = values.astype(kind)
    apart = reread(values, photometric="rgb", extrasamples=["unassalpha"])
    assert np.array_equal(apart.pixels, (values[..., :3] / white).astype(np.float32))
    assert np.array_equal(apart.alpha, (values[..., 3] / white).astype(np.float32))
    alpha = values[..., 3:].astype(float)
    scaled = (values[..., :3] * (alpha / white)).astype(kind)
    scaled[0, 0], values[0, 0, 3] = 0, 0
    both = reread(np.concatenate([scaled, values[..., 3:]], axis=2), photometric="rgb", extrasamples=["assocalpha"])
    clear = values[..., 3] > white / 4
    assert np.abs(both.pixels - apart.pixels)[clear].max() < (0.05 if kind == np.uint8 else 0.001)
    assert both.alpha[0, 0] == 0
    assert not both.pixels[0, 0].any()


def test_channels_without_a_meaning_are_left_out_with_a_note(reread):
    image_file = reread(DEEP[..., :3], photometric="minisblack", planarconfig="contig")
    assert np.array_equal(np.rint(image_file.pixels[..., 0] * 65535), DEEP[..., 0])
    assert image_file.notes == ("2 additional channels left out",)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_inks_are_converted_with_a_note(kind, reread):
    inks = RNG.random((6, 7, 4))
    white = 1 if kind == np.float32 else np.iinfo(kind).max
    stored = (inks * white).astype(kind)
    image_file = reread(stored, photometric="separated")
    light = 1 - stored / white
    assert np.abs(image_file.pixels - light[..., :3] * light[..., 3:]).max() <= 0.51 / (
        255 if kind == np.uint8 else 65535
    )
    assert image_file.notes == ("CMYK converted to RGB",)


def test_a_palette_that_stays_below_256_has_8_bits(reread):
    old = reread(palette_of_8_bits())
    from images.fuzzing.files import RGB as COLOURS

    new = reread(saved(COLOURS, "TIFF", "P"))
    assert old.pixels.max() > 0.5
    assert np.array_equal(old.pixels, new.pixels)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_palettes(kind, reread):
    size = np.iinfo(kind).max + 1
    palette = RNG.integers(0, 256, (3, size)) * 257
    indices = RNG.integers(0, size, (9, 8)).astype(kind)
    image_file = reread(indices, photometric="palette", colormap=palette.astype(np.uint16))
    assert np.array_equal(np.rint(image_file.pixels * 255), palette.T[indices] // 257)
    assert image_file.depth == 8


def test_orientation_resolution_and_pages(tmp_path, reread):
    image_file = reread(
        FLOAT, photometric="rgb", resolution=(200, 200), resolutionunit="centimeter", extratags=[(274, 3, 1, 6, True)]
    )
    assert np.array_equal(image_file.pixels, np.rot90(FLOAT.astype(np.float32), -1))
    assert image_file.dpi == pytest.approx(508)
    assert read_dpi(tmp_path / "a.tif") == pytest.approx(508)
    for stored in (0, 9):
        assert reread(RGB, photometric="rgb", extratags=[(274, 3, 1, stored, True)]).notes == ()
    pages = reread(np.stack([FLOAT[..., 0]] * 3), photometric="minisblack")
    assert pages.notes == ("64-bit floating point converted to 32-bit", "first of 3 pages read")[::-1]


def replaced(data, tag, value, *, kind=None, new=None):
    """Return a TIFF with another value, type or number of a tag of its first directory."""
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        place, order = file.pages.first.tags[tag].offset, file.byteorder
    made = bytearray(data)
    if new:
        struct.pack_into(order + "H", made, place, new)
    if kind:
        struct.pack_into(order + "H", made, place + 2, kind)
    if value is not None:
        struct.pack_into(order + "I", made, place + 8, value)
    return bytes(made)


def written(values, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, metadata=None, **options)
    return buffer.getvalue()


GREY = written(RGB[..., 0])
COMPRESSED = written(RGB, photometric="rgb", compression="zlib")


@pytest.mark.parametrize(
    ("tag", "value", "code"),
    [
        (256, 0, "no-pixels"),
        (256, 20000, "truncated"),
        (257, 2**31, "too-large"),
        (258, 0, "truncated"),
        (259, 34712, "unsupported-compression"),
        (259, 12345, "unsupported-compression"),
        (262, 32803, "unsupported-mode"),
        (262, 6, "truncated"),
        (262, 5, "truncated"),
        (273, 2**31, "truncated"),
        (273, 0, "truncated"),
        (277, 99, "unsupported-mode"),
        (279, 5, "truncated"),
    ],
)
def test_what_cannot_be_is_refused(tag, value, code, refused):
    assert refused(replaced(GREY, tag, value)).code == code


@pytest.mark.parametrize(
    ("compression", "name"),
    [(34712, "JPEG 2000"), (34887, "LERC"), (50001, "WebP"), (50002, "JPEG XL"), (34934, "JPEG XR")],
)
def test_compressions_that_are_not_read_are_named(compression, name, refused):
    assert name in refused(replaced(GREY, 259, compression)).what


def test_jpeg_of_more_than_8_bits_is_named(refused):
    error = refused(replaced(written(DEEP[..., 0]), 259, 7))
    assert error.code == "unsupported-compression"
    assert "16-bit JPEG" in error.what


def test_without_a_photometric_interpretation_nobody_knows(refused):
    assert "photometric" in refused(replaced(GREY, 262, None, new=65000)).what


def test_what_programs_understand_in_two_ways_is_refused(refused):
    predicted = written(RGB[..., 0], compression="zlib", predictor=True)
    assert "predictor" in refused(replaced(predicted, 259, 1)).what
    little = packed(24, LONG[:5, :12, 0] >> 8)
    swapped = bytearray(little)
    swapped[:8] = struct.pack("<2sHI", b"II", 42, 8 + 5 * 12 * 3)
    count = 10
    start = 8 + 5 * 12 * 3
    for entry in range(count):
        at = start + 2 + 12 * entry
        swapped[at : at + 12] = struct.pack("<HHII", *struct.unpack(">HHII", little[at : at + 12]))
    swapped[start : start + 2] = struct.pack("<H", count)
    assert "little-endian" in refused(bytes(swapped)).what


def test_a_damaged_resolution_or_unknown_tag_is_not_damage_of_the_image(reread):
    for tag, kind in ((282, 2), (282, 99), (283, 5), (305, 7)):
        data = replaced(written(RGB[..., 0], resolution=(72, 72), software="x" * 40), tag, 2**31, kind=kind)
        assert np.array_equal(np.rint(reread(data).pixels[..., 0] * 255), RGB[..., 0])


def test_a_cut_or_damaged_strip_is_a_refusal(refused):
    assert refused(GREY[:-1]).code == "truncated"
    assert refused(COMPRESSED[: len(COMPRESSED) // 2]).code == "truncated"
    damaged = bytearray(COMPRESSED)
    with tifffile.TiffFile(io.BytesIO(COMPRESSED)) as file:
        (start,), (length,) = file.pages.first.dataoffsets, file.pages.first.databytecounts
    damaged[start + length // 2] ^= 0xFF
    assert refused(bytes(damaged)).code == "truncated"


def test_bombs_are_refused_before_memory_is_taken(refused):
    tiled = written(RGB[..., 0], tile=(16, 16), compression="zlib")
    for side in (322, 323):
        tiled = replaced(tiled, side, 2**20)
    error = refused(tiled)
    assert error.code == "truncated"
    assert "1048576" in error.what
    counted = replaced(COMPRESSED, 279, 2**31)
    assert refused(counted).code == "truncated"


def test_directories_in_a_circle_end(reread):
    data = bytearray(GREY)
    with tifffile.TiffFile(io.BytesIO(GREY)) as file:
        first = file.pages.first.offset
    count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    assert reread(bytes(data)).notes == ()


SMOOTH = np.stack([np.add.outer(np.arange(16), np.arange(24)) * scale % 256 for scale in (3, 5, 2)], axis=2).astype(
    np.uint8
)


@pytest.mark.parametrize("across", [1, 2, 4])
@pytest.mark.parametrize("down", [1, 2, 4])
def test_colour_differences_of_lower_resolution(across, down, reread):
    flat = np.repeat(np.repeat(SMOOTH[::4, ::4], 4, axis=0), 4, axis=1)
    luma, blue, red = (
        one.reshape(16, 24) for one in np.asarray(Image.fromarray(flat).convert("YCbCr")).reshape(-1, 3).T
    )
    blocks = luma.reshape(16 // down, down, 24 // across, across).swapaxes(1, 2).reshape(16 // down, 24 // across, -1)
    units = np.concatenate([blocks, blue[::down, ::across, None], red[::down, ::across, None]], axis=2)
    data = units.astype(np.uint8).tobytes()
    tags = [(256, 3, 1, 24), (257, 3, 1, 16), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 6), (273, 4, 1, 8)]
    tags += [(277, 3, 1, 3), (278, 3, 1, 16), (279, 4, 1, len(data)), (284, 3, 1, 1), (530, 3, 2, across | down << 16)]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *one) for one in tags) + bytes(4)
    image_file = reread(struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + directory)
    assert image_file.notes == ("YCbCr converted to RGB",)
    assert np.abs(image_file.pixels * 255 - flat).max() <= 2.01


def test_the_signature_decides_and_not_the_ending(tmp_path):
    (tmp_path / "a.png").write_bytes(GREY)
    assert read(tmp_path / "a.png").format == "TIFF"

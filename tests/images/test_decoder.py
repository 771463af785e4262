"""Every kind of pixel comes in with the values that the file holds."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tifffile
from PIL import Image

from restore.errors import InputError
from restore.images import read

RNG = np.random.default_rng(1)
COLOUR = RNG.integers(0, 256, (8, 11, 3), np.uint8)
DEEP = RNG.integers(0, 65536, (8, 11, 3)).astype(np.uint16)
GREY = COLOUR[..., 0]


@pytest.fixture
def reread(tmp_path):
    """Save with Pillow and read again."""

    def through(image, kind, **options):
        path = tmp_path / f"image.{kind.lower()}"
        image.save(path, kind, **options)
        return read(path)

    return through


@pytest.mark.parametrize("kind", ["BMP", "PNG", "TIFF", "PPM"])
@pytest.mark.parametrize("values", [GREY[..., None], COLOUR])
def test_8_bits_are_kept(kind, values, reread):
    image_file = reread(Image.fromarray(values.squeeze()), kind)
    assert (image_file.depth, image_file.format, image_file.alpha, image_file.notes) == (8, kind, None, ())
    assert image_file.pixels.dtype == np.float32
    assert np.array_equal(image_file.pixels, values.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM"])
def test_16_bit_grey_keeps_its_depth(kind, reread):
    image_file = reread(Image.fromarray(DEEP[..., 0]), kind)
    assert image_file.depth == 16
    assert np.array_equal(image_file.pixels, DEEP[..., :1].astype(np.float32) / np.float32(65535))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bit_tiff_keeps_its_depth(order, compression, channels, tmp_path):
    values = RNG.integers(0, 65536, (9, 7, channels)).astype(np.uint16)
    options = {"photometric": "rgb"} if channels > 1 else {"photometric": "minisblack"}
    options |= {"extrasamples": ["unassalpha"]} if channels == 4 else {}
    stored = values.squeeze() if channels == 1 else values
    tifffile.imwrite(tmp_path / "a.tif", stored, byteorder=order, compression=compression, **options)
    image_file = read(tmp_path / "a.tif")
    assert image_file.depth == 16
    wanted = values.astype(np.float32) / np.float32(65535)
    assert np.array_equal(image_file.pixels, wanted[..., :3])
    if channels == 4:
        assert np.array_equal(image_file.alpha, wanted[..., 3])


def test_16_bit_text_or_colour_pnm_is_refused(tmp_path):
    for data in (b"P6 2 1 65535\n" + bytes(12), b"P3 1 1 255\n1 2 17"):
        (tmp_path / "a.ppm").write_bytes(data)
        with pytest.raises(InputError) as error:
            read(tmp_path / "a.ppm")
        assert error.value.code == "unsupported-mode"


def test_palette_is_expanded(reread):
    image = Image.fromarray(COLOUR).quantize(16)
    image_file = reread(image, "PNG")
    assert np.array_equal(image_file.pixels, np.asarray(image.convert("RGB")).astype(np.float32) / np.float32(255))
    assert image_file.alpha is None


def test_grey_palette_stays_grey(reread):
    image = Image.fromarray(GREY).quantize(16)
    assert reread(image, "PNG").pixels.shape == (8, 11, 1)


def test_two_valued(reread):
    image = Image.fromarray(GREY).convert("1")
    assert np.array_equal(reread(image, "PNG").pixels[..., 0], np.asarray(image))


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_alpha_is_apart(kind, reread):
    alpha = RNG.integers(0, 256, (8, 11, 1), np.uint8)
    image_file = reread(
        Image.fromarray(np.concatenate([COLOUR, alpha], 2)),
        kind,
        **({"lossless": True, "exact": True} if kind == "WEBP" else {}),
    )
    assert np.array_equal(image_file.pixels, COLOUR.astype(np.float32) / np.float32(255))
    assert np.array_equal(image_file.alpha, alpha[..., 0].astype(np.float32) / np.float32(255))


def test_grey_alpha_and_transparent_colours(reread):
    both = reread(Image.merge("LA", [Image.fromarray(GREY), Image.fromarray(255 - GREY)]), "PNG")
    assert np.array_equal(np.rint(both.pixels[..., 0] * 255), GREY)
    assert np.array_equal(np.rint(both.alpha * 255), 255 - GREY)
    key = int(GREY[0, 0])
    assert np.array_equal(reread(Image.fromarray(GREY), "PNG", transparency=key).alpha == 0, key == GREY)
    rgb = tuple(int(value) for value in COLOUR[0, 0])
    assert reread(Image.fromarray(COLOUR), "PNG", transparency=rgb).alpha[0, 0] == 0
    deep = int(DEEP[0, 0, 0])
    assert np.array_equal(
        reread(Image.fromarray(DEEP[..., 0]), "PNG", transparency=deep).alpha == 0, DEEP[..., 0] == deep
    )


@pytest.mark.parametrize("mode", ["CMYK", "LAB"])
def test_other_colours_are_converted_with_a_note(mode, reread):
    smooth = Image.fromarray(np.full((8, 8, 3), (200, 120, 40), np.uint8))
    if mode == "LAB":
        from PIL import ImageCms

        image = ImageCms.profileToProfile(
            smooth, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
        )
    else:
        image = smooth.convert(mode)
    image_file = reread(image, "TIFF")
    (note,) = image_file.notes
    assert mode in note
    assert np.abs(image_file.pixels * 255 - (200, 120, 40)).max() < 4


@pytest.mark.parametrize("kind", ["TIFF", "GIF", "PNG", "WEBP"])
def test_the_first_page_with_a_note(kind, reread):
    first, others = Image.fromarray(GREY), [Image.fromarray(255 - GREY), Image.fromarray(GREY.T.copy()).resize((11, 8))]
    image_file = reread(
        first, kind, save_all=True, append_images=others, **({"lossless": True} if kind == "WEBP" else {})
    )
    (note,) = image_file.notes
    assert "3 pages" in note
    assert np.array_equal(image_file.pixels[..., 0], GREY.astype(np.float32) / np.float32(255))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("kind", "deep"), [("PNG", False), ("TIFF", False), ("WEBP", False), ("PNG", True), ("TIFF", True)]
)
def test_images_are_upright(orientation, kind, deep, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{kind.lower()}"
    values = np.sort(RNG.integers(0, 256, (5, 9), np.uint8).ravel()).reshape(5, 9)
    image = Image.fromarray(values.astype(np.uint16) * 257 if deep else values)
    options = {"lossless": True} if kind == "WEBP" else {}
    image.save(path, kind, exif=exif, **options)
    image_file = read(path)
    # What each number says of row 0 and column 0 (EXIF 2.32), done step by step.
    turned = {
        1: values,
        2: np.fliplr(values),
        3: np.rot90(values, 2),
        4: np.flipud(values),
        5: values.T,
        6: np.rot90(values, -1),
        7: np.rot90(values, 2).T,
        8: np.rot90(values, 1),
    }[orientation]
    assert np.array_equal(np.rint(image_file.pixels[..., 0] * 255), turned)
    assert bool(image_file.notes) == (orientation > 1)


def test_16_bit_colour_tiff_is_upright(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", DEEP, photometric="rgb", extratags=[(0x0112, 3, 1, 6, True)])
    assert np.array_equal(np.rint(read(tmp_path / "a.tif").pixels * 65535), np.rot90(DEEP, -1))


def test_pixels_that_a_gif_leaves_out_are_transparent(tmp_path):
    image = Image.fromarray(GREY)
    buffer = io.BytesIO()
    image.save(buffer, "GIF")
    data = bytearray(buffer.getvalue())
    data[6:10] = (13).to_bytes(2, "little") + (10).to_bytes(2, "little")  # a screen larger than its only frame
    (tmp_path / "a.gif").write_bytes(data)
    image_file = read(tmp_path / "a.gif")
    assert np.array_equal(image_file.pixels[:8, :11, 0], GREY.astype(np.float32) / np.float32(255))
    covered = np.zeros((10, 13))
    covered[:8, :11] = 1
    assert np.array_equal(image_file.alpha, covered)


def test_broken_exif_is_a_note_at_most(tmp_path):
    buffer = io.BytesIO()
    Image.fromarray(COLOUR).save(buffer, "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f")
    (tmp_path / "a.jpg").write_bytes(buffer.getvalue())
    assert read(tmp_path / "a.jpg").pixels.shape == (8, 11, 3)


def test_threads_read_the_same_and_leave_no_settings_behind(tmp_path):
    import warnings

    before = list(warnings.filters), Image.MAX_IMAGE_PIXELS
    paths = []
    for number, kind in enumerate(["png", "tif", "bmp"] * 10):
        paths.append(tmp_path / f"{number}.{kind}")
        Image.fromarray(np.roll(COLOUR, number)).save(paths[-1])
    alone = [read(path).pixels for path in paths]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(lambda path: read(path).pixels, paths), strict=True):
            assert np.array_equal(one, other)
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == before

"""What is written comes back, whole or not at all."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from restore.errors import RequestError, WorkError
from restore.images import ImageFile, read, read_dpi, write

RNG = np.random.default_rng(2)
LOSSLESS = [
    *(("png", 8), ("png", 16), ("tif", 8), ("tif", 16), ("tif", 32), ("bmp", 8)),
    *(("webp", 8), ("gif", 8), ("pnm", 8), ("pnm", 16)),
]
"""Endings and depths; of GIF, images of few colours."""


def image_of(channels, depth, shape=(7, 5)):
    if depth == 32:
        return RNG.random((*shape, channels), np.float32)
    return RNG.integers(0, 2**depth, (*shape, channels)).astype(np.float32) / np.float32(2**depth - 1)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("ending", "depth"), LOSSLESS)
def test_bit_for_bit(ending, depth, channels, tmp_path):
    image = image_of(channels, depth)
    if (ending, depth, channels) == ("pnm", 16, 3):
        with pytest.raises(RequestError, match="3 channels"):
            write(tmp_path / f"a.{ending}", image, depth=depth)
        return
    write(tmp_path / f"a.{ending}", image, depth=depth)
    picture = read(tmp_path / f"a.{ending}")
    assert picture.depth == depth
    assert np.array_equal(picture.pixels, np.repeat(image, 3, axis=2) if (ending, channels) == ("webp", 1) else image)
    assert [path.name for path in tmp_path.iterdir()] == [f"a.{ending}"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(height=st.integers(1, 40), width=st.integers(1, 40), channels=st.sampled_from([1, 3]))
def test_any_shape_as_16_bit_png(height, width, channels, tmp_path):
    image = image_of(channels, 16, (height, width))
    write(tmp_path / "a.png", image, depth=16, overwrite=True)
    assert np.array_equal(read(tmp_path / "a.png").pixels, image)


def test_the_own_16_bit_png_is_pillows_as_well(tmp_path):
    image = image_of(3, 16)
    write(tmp_path / "a.png", image, depth=16)
    with Image.open(tmp_path / "a.png") as opened:
        opened.verify()
    with Image.open(tmp_path / "a.png") as opened:
        assert np.array_equal(np.asarray(opened), (np.rint(image * 65535).astype(np.uint16) >> 8))


def test_jpeg_is_near(tmp_path):
    smooth = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8, 1)
    write(tmp_path / "a.jpg", smooth)
    assert np.abs(read(tmp_path / "a.jpg").pixels - smooth).max() < 0.05


@pytest.mark.parametrize(
    ("depth", "channels", "ending"),
    [(8, 1, "png"), (8, 3, "png"), (16, 1, "png"), (16, 3, "png"), (8, 1, "tif"), (8, 3, "tif"), (16, 3, "tif")],
)
def test_depth_and_alpha_of_the_picture_it_is_like(depth, channels, ending, tmp_path):
    values = image_of(channels + 1, depth)
    source = read_with_alpha(tmp_path / f"source.{ending}", values, depth)
    write(tmp_path / f"a.{ending}", 1 - source.pixels, like=source)
    again = read(tmp_path / f"a.{ending}")
    assert again.depth == depth
    assert np.array_equal(again.alpha, source.alpha)


def read_with_alpha(path, values, depth):
    from restore.images import ImageFile

    picture = ImageFile(values[..., :-1], values[..., -1], depth, "PNG")
    write(path, picture.pixels, like=picture)
    return read(path)


def test_what_exists_is_kept(tmp_path):
    path = tmp_path / "a.png"
    path.write_text("mine")
    with pytest.raises(RequestError) as error:
        write(path, image_of(1, 8))
    assert error.value.code == "file-exists"
    assert path.read_text() == "mine"
    write(path, image_of(1, 8), overwrite=True)
    assert read(path).format == "PNG"


@pytest.mark.parametrize(("name", "code"), [("a.jpg", "format-unfit"), ("a.jp2", "format-not-written")])
def test_what_a_format_does_not_hold_is_refused(name, code, tmp_path):
    with pytest.raises(RequestError) as error:
        write(tmp_path / name, image_of(1, 8), depth=16)
    assert error.value.code == code
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["jpg", "bmp"])
def test_alpha_is_not_lost_on_the_way(ending, tmp_path):
    source = read_with_alpha(tmp_path / "a.png", image_of(4, 8), 8)
    with pytest.raises(RequestError) as error:
        write(tmp_path / f"a.{ending}", source.pixels, like=source)
    assert error.value.code == "format-unfit"


@pytest.mark.parametrize("wrong", [np.nan, -0.01, 1.01, np.inf])
def test_what_is_no_image_is_never_written(wrong, tmp_path):
    image = image_of(1, 8)
    image[2, 2] = wrong
    with pytest.raises(WorkError) as error:
        write(tmp_path / "a.png", image)
    assert error.value.code == "not-an-image"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("name", "depth", "key"),
    [("a.png", 8, "Comment"), ("a.png", 16, "Comment"), ("a.jpg", 8, "comment"), ("a.tif", 8, 270), ("a.tif", 16, 270)],
)
def test_a_comment_is_written_where_the_format_has_a_place(tmp_path, name, depth, key, channels):
    image = np.linspace(0, 1, 64 * channels, dtype=np.float32).reshape(8, 8, channels)
    write(tmp_path / name, image, depth=depth, comment="A hypothesis, never evidence.")
    write(tmp_path / f"plain-{name}", image, depth=depth)
    with Image.open(tmp_path / name) as picture:
        found = picture.tag_v2[key] if key == 270 else picture.info[key]
    assert (found.decode() if isinstance(found, bytes) else found) == "A hypothesis, never evidence."
    np.testing.assert_array_equal(read(tmp_path / name).pixels, read(tmp_path / f"plain-{name}").pixels)


def test_a_format_without_a_place_for_a_comment_holds_the_picture_alone(tmp_path):
    write(tmp_path / "a.bmp", np.zeros((8, 8, 1), np.float32), comment="A hypothesis.")
    assert read(tmp_path / "a.bmp").pixels.shape == (8, 8, 1)


@pytest.mark.parametrize("dpi", [None, 500.0, 72.0, 1000.0])
@pytest.mark.parametrize(
    ("ending", "depth", "channels"),
    [
        *[(ending, 8, channels) for ending in (".png", ".tif", ".bmp", ".jpg") for channels in (1, 3)],
        *[(ending, 16, channels) for ending in (".png", ".tif") for channels in (1, 3)],
        (".tif", 32, 1),
    ],
)
def test_the_resolution_of_the_picture_it_is_like_is_kept_and_none_made_up(ending, depth, channels, dpi, tmp_path):
    pixels = np.random.default_rng(1).random((9, 7, channels), np.float32)
    like = ImageFile(pixels, None, depth, "PNG", dpi=dpi)
    path = tmp_path / f"a{ending}"
    write(path, pixels, like=like)
    found = read_dpi(path)
    assert found == (None if dpi is None else pytest.approx(dpi, rel=1e-3))
    again = read(path).dpi
    assert again == found


@pytest.mark.parametrize("dpi", [(1e9, 1e9), (300, 0.01), (0.01, 0.01)])
@pytest.mark.parametrize("ending", [".png", ".tif", ".bmp", ".jpg"])
def test_a_resolution_that_no_format_holds_is_left_out(ending, dpi, tmp_path):
    Image.new("L", (8, 8)).save(tmp_path / "source.tif", dpi=dpi)
    source = read(tmp_path / "source.tif")
    assert source.dpi is None
    write(tmp_path / f"a{ending}", source.pixels, like=source)
    assert read_dpi(tmp_path / f"a{ending}") is None

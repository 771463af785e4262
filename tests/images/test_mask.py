"""A mask file is black and white, has the size of its image, and marks a part of it."""

import numpy as np
import pytest
from PIL import Image

from restore.errors import InputError
from restore.images import read_mask

MASK = np.zeros((9, 12), np.bool_)
MASK[2:5, 3:9] = True
WHITE = MASK.astype(np.uint8) * 255


@pytest.fixture
def saved(tmp_path):
    """Save an image and return its path."""

    def save(image, name="mask.png", **options):
        path = tmp_path / name
        (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **options)
        return path

    return save


@pytest.fixture
def refused(saved):
    """Return the error for a mask, which names the file."""

    def check(image, shape=MASK.shape, **options):
        path = saved(image, **options)
        with pytest.raises(InputError) as error:
            read_mask(path, shape)
        assert error.value.where == str(path)
        assert error.value.hint
        return error.value

    return check


@pytest.mark.parametrize("name", ["mask.png", "mask.bmp", "mask.gif", "mask.tif", "mask.pgm"])
def test_black_and_white(name, saved):
    mask = read_mask(saved(WHITE, name), MASK.shape)
    assert mask.dtype == np.bool_
    assert np.array_equal(mask, MASK)


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGB", "RGBA", "I;16"])
def test_every_way_to_store_two_values(mode, saved):
    image = Image.fromarray(MASK.astype(np.uint16) * 65535) if mode == "I;16" else Image.fromarray(WHITE).convert(mode)
    assert image.mode == mode
    assert np.array_equal(read_mask(saved(image), MASK.shape), MASK)


def test_floating_point(saved):
    assert np.array_equal(read_mask(saved(MASK.astype(np.float32), "mask.tif"), MASK.shape), MASK)


def test_another_size_is_refused_and_never_turned_or_scaled(refused):
    for shape, sizes in (((12, 9), ("12x9", "9x12")), ((18, 24), ("12x9", "24x18"))):
        error = refused(WHITE, shape)
        assert error.code == "other-size"
        assert all(size in error.what for size in sizes)


def test_values_between_black_and_white_are_counted(refused):
    grey = WHITE.copy()
    grey[0, :3] = 1, 128, 254
    for image, options, count in (
        (grey, {}, "3 of 108"),
        (MASK.astype(np.uint8), {}, "18 of 108"),
        (WHITE, {"name": "mask.jpg", "quality": 30}, " of 108"),
    ):
        error = refused(image, **options)
        assert error.code == "not-binary"
        assert count in error.what


def test_colours_and_alpha_are_refused(refused):
    red = np.zeros((*MASK.shape, 3), np.uint8)
    red[MASK] = 255, 0, 0
    assert refused(red).code == "not-binary"
    assert refused(np.stack([WHITE, WHITE], axis=2)).code == "transparent"


def test_a_mask_of_nothing_or_everything_is_refused(refused):
    assert refused(np.zeros_like(WHITE)).code == "empty-mask"
    assert refused(np.full_like(WHITE, 255)).code == "full-mask"


def test_a_mask_is_refused_like_any_image(tmp_path, saved):
    for path, options, code in (
        (tmp_path / "gone.png", {}, "not-found"),
        (saved(WHITE), {"max_pixels": 107}, "too-large"),
    ):
        with pytest.raises(InputError) as error:
            read_mask(path, MASK.shape, **options)
        assert error.value.code == code

"""A mask file is black and white, of its picture's size, and says something."""

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
    """Save a picture and return its path."""

    def save(image, name="mask.png", **options):
        path = tmp_path / name
        (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **options)
        return path

    return save


@pytest.fixture
def refused(saved):
    def check(image, shape=MASK.shape, **options):
        path = saved(image, **options)
        with pytest.raises(InputError) as error:
            read_mask(path, shape)
        assert len(str(error.value).splitlines()) == 3
        assert error.value.where == str(path)
        return error.value.what

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
    assert refused(WHITE, (12, 9)) == "the mask has another size than its picture, 12x9 and not 9x12"
    assert "12x9 and not 24x18" in refused(WHITE, (18, 24))


def test_the_share_of_values_between_is_told(refused):
    grey = WHITE.copy()
    grey[0, :3] = 1, 128, 254
    assert refused(grey) == "the mask is not two-valued: 3 of 108 pixels are neither black nor white"
    assert "18 of 108" in refused(MASK.astype(np.uint8))
    assert "not two-valued" in refused(WHITE, name="mask.jpg", quality=30)


def test_colours_and_alpha_are_refused(refused):
    red = np.zeros((*MASK.shape, 3), np.uint8)
    red[MASK] = 255, 0, 0
    assert refused(red) == "the mask shows colours"
    assert "see-through" in refused(np.stack([WHITE, WHITE], axis=2))


def test_nothing_and_everything(refused):
    assert "empty" in refused(np.zeros_like(WHITE))
    assert "everything" in refused(np.full_like(WHITE, 255))


def test_what_is_no_picture_is_refused_as_any_picture(tmp_path, saved):
    with pytest.raises(InputError, match="no such file"):
        read_mask(tmp_path / "gone.png", MASK.shape)
    with pytest.raises(InputError, match="over 107 pixels"):
        read_mask(saved(WHITE), MASK.shape, max_pixels=107)

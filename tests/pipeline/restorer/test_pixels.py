"""Arrays of every depth survive the way to float32 and back."""

import numpy as np
import pytest

from restore.errors import RequestError
from restore.pipeline.restorer.pixels import place_values, to_float, to_type, views_of


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_whole_numbers_survive(dtype):
    values = np.arange(np.iinfo(dtype).max + 1, dtype=dtype).reshape(16, -1)
    assert np.array_equal(to_type(to_float(values)[..., 0], values.dtype), values)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_keep_their_type(dtype):
    values = np.linspace(0, 1, 12).reshape(3, 4).astype(dtype)
    assert to_type(to_float(values)[..., 0], values.dtype).dtype == values.dtype


def put_together(views, channels, used):
    image = np.full((4, 5, channels), 0.5, np.float32)
    for number, view in enumerate(views):
        place_values(image, number if len(views) > 1 else None, used, view[used])
    return image


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_channels_are_taken_apart_and_put_together(share):
    rng = np.random.default_rng(0)
    colour, used = rng.random((4, 5, 3), np.float32), rng.random((4, 5)) < share
    grey = np.repeat(colour[..., :1], 3, axis=2)
    assert views_of(colour, 1).shape == (3, 4, 5, 1)
    assert views_of(grey, 1).shape == (1, 4, 5, 1)
    for image, channels in ((colour, 1), (grey, 1), (colour, 3), (colour[..., :1], 3)):
        made = put_together(views_of(image, channels), image.shape[2], used)
        assert np.allclose(made, np.where(used[..., None], image, 0.5))


@pytest.mark.parametrize(
    "image", [np.zeros((0, 4)), np.zeros((4, 4, 2)), np.zeros(4), np.full((2, 2), np.nan), np.zeros((2, 2), int)]
)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(RequestError) as error:
        to_float(image)
    assert error.value.code == "bad-array"

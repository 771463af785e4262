"""Arrays of every depth survive the way to float32 and back."""

import numpy as np
import pytest

from restore.errors import RequestError
from restore.pipeline.restorer.pixels import merged, to_float, to_type, views_of


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_whole_numbers_survive(dtype):
    values = np.arange(np.iinfo(dtype).max + 1, dtype=dtype).reshape(16, -1)
    assert np.array_equal(to_type(to_float(values)[..., 0], values.dtype), values)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_keep_their_type(dtype):
    values = np.linspace(0, 1, 12).reshape(3, 4).astype(dtype)
    assert to_type(to_float(values)[..., 0], values.dtype).dtype == values.dtype


def test_channels_are_taken_apart_and_put_together():
    colour = np.random.default_rng(0).random((4, 5, 3), np.float32)
    grey = np.repeat(colour[..., :1], 3, axis=2)
    assert views_of(colour, 1).shape == (3, 4, 5, 1)
    assert np.array_equal(merged(views_of(colour, 1), 3), colour)
    assert views_of(grey, 1).shape == (1, 4, 5, 1)
    assert np.array_equal(merged(views_of(grey, 1), 3), grey)
    assert np.array_equal(merged(views_of(colour, 3), 3), colour)
    assert np.allclose(merged(views_of(colour[..., :1], 3), 1), colour[..., :1])


@pytest.mark.parametrize(
    "image", [np.zeros((0, 4)), np.zeros((4, 4, 2)), np.zeros(4), np.full((2, 2), np.nan), np.zeros((2, 2), int)]
)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(RequestError) as error:
        to_float(image)
    assert error.value.code == "bad-array"

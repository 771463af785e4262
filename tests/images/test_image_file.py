"""Channels of images."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from restore.images import is_grey, to_channels


def test_luma_is_pillows():
    colour = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    grey = to_channels(colour.astype(np.float32) / 255, 1)[..., 0] * 255
    assert np.abs(grey - np.asarray(Image.fromarray(colour).convert("L"))).max() <= 0.51


@given(st.integers(0, 65535), st.sampled_from([255, 65535]))
def test_grey_to_colour_and_back_is_exact(level, most):
    grey = np.full((2, 3, 1), min(level, most), np.float32) / np.float32(most)
    colour = to_channels(grey, 3)
    assert colour.shape == (2, 3, 3)
    assert is_grey(colour)
    assert np.array_equal(to_channels(colour, 1), grey)


def test_colour_is_not_grey():
    assert not is_grey(np.eye(3, dtype=np.float32)[None])

"""Channels and names of pictures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from restore.images import is_grey, show, to_channels
from restore.images.picture import one_line


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


@pytest.mark.parametrize(
    ("name", "shown"), [("a b.png", "a b.png"), ("a\nb.png", "a\\nb.png"), ("a\udcff.png", "a\\xff.png"), ("é", "é")]
)
def test_names_are_shown_on_one_line_of_valid_text(name, shown):
    assert show(name) == shown
    show(name).encode()


def test_a_message_is_one_line_that_steers_no_terminal():
    assert one_line(ValueError("bad\n  token \x1b[31m\0\x9b")) == "bad token \\x1b[31m\\x00\\x9b"
    assert one_line(ValueError()) == "ValueError"
    assert len(one_line("long " * 100)) == 200

"""Transparent images are refused or made opaque as requested; opaque ones are returned unchanged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore.errors import InputError, RequestError
from restore.images import ALPHAS, parse_alpha, without_alpha

PIXELS = np.linspace(0, 1, 24, dtype=np.float32).reshape(2, 4, 3)
OPAQUE = np.ones((2, 4), np.float32)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("opacity", [None, OPAQUE])
def test_an_opaque_image_is_returned_unchanged(opacity, alpha):
    assert without_alpha(PIXELS, opacity, alpha, where="a.png") is PIXELS


def test_a_transparent_image_is_refused_and_the_option_named():
    with pytest.raises(InputError) as error:
        without_alpha(PIXELS, OPAQUE * np.float32(254 / 255), "refuse", where="a.png")
    assert (error.value.code, error.value.where) == ("transparent", "a.png")
    assert "--alpha" in error.value.hint


@given(st.integers(0, 65535), st.integers(0, 65535), st.sampled_from([255, 65535]))
def test_alpha_is_dropped_or_composited(level, opacity, most):
    pixels = np.full((1, 1, 1), min(level, most), np.float32) / np.float32(most)
    alpha = np.full((1, 1), min(opacity, most), np.float32) / np.float32(most)
    dropped, white, black = (without_alpha(pixels, alpha, how, where="") for how in ("drop", "white", "black"))
    assert dropped is pixels
    assert black[0, 0, 0] == pixels[0, 0, 0] * alpha[0, 0] or alpha[0, 0] == 1
    assert white.dtype == black.dtype == np.float32
    assert 0 <= black.min() <= white.max() <= 1
    assert abs(white[0, 0, 0] - black[0, 0, 0] - (1 - alpha[0, 0])) < 1e-6


@pytest.mark.parametrize(("word", "near"), [("wihte", "white"), ("", "drop")])
def test_another_word_is_refused_and_the_nearest_named(word, near):
    assert [parse_alpha(word) for word in ALPHAS] == ["refuse", "drop", "white", "black"]
    with pytest.raises(RequestError) as error:
        parse_alpha(word)
    assert (error.value.code, error.value.where) == ("unknown-value", "--alpha")
    assert repr(word) in error.value.what
    assert near in error.value.hint

"""Which formats are written, what each holds, and the names of files beside a result."""

from pathlib import Path

import numpy as np
import pytest

from restore.errors import RequestError
from restore.images import WRITTEN, format_of, mask_path, parse_ending, require_fit, same_format


def code_of(function, *arguments, **more):
    with pytest.raises(RequestError) as error:
        function(*arguments, **more)
    return error.value.code, error.value.where


def image_of(channels, shape=(4, 5)):
    return np.zeros((*shape, channels), np.float32)


def test_the_ending_decides_the_format():
    assert {format_of(Path(f"a{ending}")) for ending in WRITTEN} == {
        *("PNG", "TIFF", "BMP", "JPEG", "WEBP", "GIF", "PPM")
    }
    assert format_of(Path("A.TIF")) == "TIFF"
    for name in ("a.jp2", "a", ".png"):
        assert code_of(format_of, Path(name)) == ("format-not-written", name)


@pytest.mark.parametrize("text", ["png", ".png", "PNG", ".Png"])
def test_an_ending_is_given_with_or_without_its_dot(text):
    assert parse_ending(text) == ".png"


@pytest.mark.parametrize("text", ["jp2", "", "pgn", "pbm"])
def test_an_ending_that_is_not_written(text):
    assert code_of(parse_ending, text) == ("unknown-value", "--format")


def test_variants_are_written_as_the_format_that_they_vary():
    assert [same_format(name) for name in ("MPO", "DIB", "PNG")] == ["JPEG", "BMP", "PNG"]


@pytest.mark.parametrize(
    ("name", "channels", "depth", "alpha", "ending"),
    [
        ("JPEG", 1, 16, False, ""),
        ("BMP", 3, 16, False, ""),
        ("PNG", 1, 32, False, ""),
        ("JPEG", 3, 8, True, ""),
        ("BMP", 1, 8, True, ""),
        ("GIF", 1, 8, True, ""),
        ("PPM", 3, 16, False, ""),
        ("PPM", 3, 8, False, ".pgm"),
        ("PPM", 1, 8, False, ".ppm"),
        ("TIFF", 1, 16, True, ""),
        ("TIFF", 1, 32, True, ""),
    ],
)
def test_what_a_format_does_not_hold(name, channels, depth, alpha, ending):
    with pytest.raises(RequestError) as error:
        require_fit(name, image_of(channels), depth, alpha=alpha, where="a", ending=ending)
    assert (error.value.code, error.value.where) == ("format-unfit", "a")
    assert "--format" in error.value.hint


def test_what_a_format_does_not_hold_of_certain_images():
    colours = np.zeros((1, 257, 3), np.float32)
    colours[0, :256, 1] = np.arange(256) / 255
    require_fit("GIF", colours, 8, alpha=False, where="a")
    colours[0, 256, 0] = 1
    assert code_of(require_fit, "GIF", colours, 8, alpha=False, where="a") == ("format-unfit", "a")
    assert code_of(require_fit, "WEBP", image_of(1, (1, 16384)), 8, alpha=False, where="a") == ("format-unfit", "a")


@pytest.mark.parametrize(
    ("name", "channels", "depth", "alpha"),
    [("PNG", 3, 16, True), ("TIFF", 1, 32, False), ("TIFF", 3, 16, True), ("JPEG", 3, 8, False), ("PPM", 1, 16, False)],
)
def test_what_a_format_holds(name, channels, depth, alpha):
    require_fit(name, image_of(channels), depth, alpha=alpha, where="a")


def test_a_mask_lies_beside_its_result():
    assert mask_path(Path("out/a.b.tif")) == Path("out/a.b.mask.png")

"""Which formats are written, what each holds, and the names of files beside a result."""

from pathlib import Path

import pytest

from restore.errors import RequestError
from restore.images import WRITTEN, format_for, format_of, mask_path


def code_of(function, *arguments):
    with pytest.raises(RequestError) as error:
        function(*arguments)
    return error.value.code, error.value.where


def test_the_ending_decides_the_format():
    assert {format_of(Path(f"a{ending}")) for ending in WRITTEN} == {"PNG", "TIFF", "BMP", "JPEG"}
    assert format_of(Path("A.TIF")) == "TIFF"
    for name in ("a.webp", "a", ".png"):
        assert code_of(format_of, Path(name)) == ("format-not-written", name)


@pytest.mark.parametrize(
    ("name", "channels", "depth"),
    [
        ("a.jpg", 1, 16),
        ("a.bmp", 3, 16),
        ("a.png", 1, 32),
        ("a.jpg", 4, 8),
        ("a.bmp", 2, 8),
        ("a.tif", 2, 16),
        ("a.tif", 3, 32),
    ],
)
def test_what_a_format_does_not_hold(name, channels, depth):
    assert code_of(format_for, Path(name), channels, depth) == ("format-unfit", name)


@pytest.mark.parametrize(
    ("name", "channels", "depth"), [("a.png", 4, 16), ("a.tif", 1, 32), ("a.tif", 4, 16), ("a.jpg", 3, 8)]
)
def test_what_a_format_holds(name, channels, depth):
    assert format_for(Path(name), channels, depth) == format_of(Path(name))


def test_a_mask_lies_beside_its_result():
    assert mask_path(Path("out/a.b.tif")) == Path("out/a.b.mask.png")

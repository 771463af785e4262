"""A JPEG changed in part keeps the coefficients of all other blocks, and what its file holds."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from restore.images import read
from restore.images.metadata import jpeg
from restore.images.transplant import transplant

NOISE = np.random.default_rng(0).integers(0, 256, (83, 131, 3), np.uint8)
BASE = Image.fromarray(NOISE).filter(ImageFilter.GaussianBlur(2))
XMP = b"<x>before</x>"


def changed(path, box=(slice(20, 43), slice(37, 60))):
    """Return a file as read, its image changed in a box, and the mask."""
    source = read(path)
    image, mask = source.pixels.copy(), np.zeros(source.pixels.shape[:2], bool)
    mask[box] = True
    image[mask] = 1 - image[mask]
    return source, image, mask


def grown(mask, by):
    padded = np.pad(mask, by)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * by + 1, 2 * by + 1))
    return windows.any(axis=(2, 3))


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(("mode", "subsampling", "reach"), [("L", 0, 8), ("RGB", 0, 8), ("RGB", 1, 32), ("RGB", 2, 32)])
def test_pixels_away_from_the_mask_are_those_of_the_file(mode, subsampling, reach, progressive, orientation, tmp_path):
    path, exif = tmp_path / "a.jpg", Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "Camera"
    options = {
        "subsampling": subsampling,
        "progressive": progressive,
        "quality": 60,
        "comment": "kept",
        "dpi": (300, 300),
    }
    BASE.convert(mode).save(path, exif=exif, **options)
    source, image, mask = changed(path)
    result = transplant(path.read_bytes(), image, mask, lambda packet: packet + XMP)
    path.write_bytes(result)
    after = read(path)
    assert after.pixels.shape == source.pixels.shape
    assert (after.pixels[~grown(mask, reach)] == source.pixels[~grown(mask, reach)]).all()
    assert np.abs(after.pixels - image)[mask].mean() < 0.03
    assert after.properties.xmp == XMP
    with Image.open(io.BytesIO(result)) as opened:
        assert opened.getexif() == exif
        assert opened.info["comment"] == b"kept"
        assert opened.info["dpi"] == (300, 300)
    assert len(result) < 1.2 * len(path.read_bytes()) + 200


def test_nothing_but_metadata_changes_without_a_mask(tmp_path):
    path = tmp_path / "a.jpg"
    BASE.save(path, quality=30)
    source = read(path)
    mask = np.zeros(source.pixels.shape[:2], bool)
    path.write_bytes(transplant(path.read_bytes(), source.pixels, mask, lambda packet: packet))
    assert (read(path).pixels == source.pixels).all()


def test_many_segments_are_kept_and_unusual_codings_left(tmp_path):
    path = tmp_path / "a.jpg"
    BASE.save(path)
    many = [(0xEB, bytes([number]) * 100) for number in range(80)]
    path.write_bytes(jpeg.write_segments(path.read_bytes(), many))
    _, image, mask = changed(path)
    result = transplant(path.read_bytes(), image, mask, lambda packet: packet)
    assert [one for one in jpeg.all_segments(io.BytesIO(result)) if one[0] == 0xEB] == many
    BASE.convert("CMYK").save(path)
    _, image, mask = changed(path)
    assert transplant(path.read_bytes(), image, mask, lambda packet: packet) is None

"""JPEG: metadata leave pixels alone, and codings that are not decoded are named."""

import struct

import numpy as np
import pytest
from images.fuzzing.files import saved

from restore.errors import InputError
from restore.images import read

SMOOTH = np.add.outer(np.arange(24), np.arange(32)).astype(np.uint8) * 4
WHOLE = saved(SMOOTH, "JPEG", quality=95)


def with_segment(marker, body):
    """Return a JPEG with another segment in front of its others."""
    return WHOLE[:2] + b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body + WHOLE[2:]


@pytest.mark.parametrize(
    ("marker", "body"),
    [
        (0xE0, b"JFIF\0"),
        (0xE0, b""),
        (0xE1, b"Exif\0\0" + b"\xff" * 40),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"\xff" * 60000),
        (0xE2, b"ICC_PROFILE\0"),
        (0xE2, b"ICC_PROFILE\0\1\xff" + bytes(60000)),
        (0xE2, b"MPF\0" + bytes(8)),
        (0xED, b"Photoshop 3.0\x008BIM"),
        (0xFE, b"\xff\xd8" * 100),
    ],
)
def test_damaged_and_large_metadata_leave_the_pixels_alone(marker, body, tmp_path):
    (tmp_path / "whole.jpg").write_bytes(WHOLE)
    (tmp_path / "a.jpg").write_bytes(with_segment(marker, body))
    assert np.array_equal(read(tmp_path / "a.jpg").pixels, read(tmp_path / "whole.jpg").pixels)


def test_where_metadata_had_to_be_left_out_there_is_a_note(tmp_path):
    (tmp_path / "a.jpg").write_bytes(with_segment(0xE0, b"JFIF\0"))
    image_file = read(tmp_path / "a.jpg")
    assert image_file.notes == ("damaged metadata ignored",)
    assert image_file.format == "JPEG"


@pytest.mark.parametrize(("marker", "coding"), [(0xC3, "lossless"), (0xF7, "JPEG-LS"), (0xC5, "hierarchical")])
def test_codings_that_are_not_decoded_are_named(marker, coding, tmp_path):
    frame = WHOLE.index(b"\xff\xc0")
    (tmp_path / "a.jpg").write_bytes(WHOLE[:frame] + bytes([0xFF, marker]) + WHOLE[frame + 2 :])
    with pytest.raises(InputError) as error:
        read(tmp_path / "a.jpg")
    assert error.value.code == "unsupported-mode"
    assert coding in error.value.what

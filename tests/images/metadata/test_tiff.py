"""Tags are read in both byte orders and sizes of TIFF, and put into another file without a change of its pixels."""

import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image

from restore.images.metadata import tiff

PIXELS = np.arange(48, dtype=np.uint8).reshape(6, 8)


def made(byteorder="<", *, big=False):
    """Return a TIFF with a resolution in centimetres and an own tag."""
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        PIXELS,
        byteorder=byteorder,
        bigtiff=big,
        description="a text longer than four bytes",
        resolution=(100, 200),
        resolutionunit="CENTIMETER",
        metadata=None,
        extratags=[(33550, 12, 3, (1.5, 2.5, 0.0), True), (65000, 3, 1, 7, True)],
    )
    return buffer.getvalue()


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_both_orders_and_sizes(byteorder, big):
    tags = tiff.read_tags(io.BytesIO(made(byteorder, big=big)))
    assert tags[tiff.DESCRIPTION].data == b"a text longer than four bytes\0"
    assert struct.unpack("<3d", tags[33550].data) == (1.5, 2.5, 0.0)
    assert tags[65000].number == 7
    assert tiff.resolution_in(tags) == pytest.approx((254, 508))


@pytest.mark.parametrize("origin", ["<", ">"])
@pytest.mark.parametrize("target", ["<", ">"])
def test_tags_are_added_and_replaced_in_the_order_of_the_file(origin, target):
    tags = tiff.read_tags(io.BytesIO(made(origin)))
    changed = tiff.write_tags(made(target), [tiff.Tag(tiff.DESCRIPTION, 2, b"another\0"), tags[33550], tags[65000]])
    with tifffile.TiffFile(io.BytesIO(changed)) as file:
        page = file.pages[0]
        assert np.array_equal(page.asarray(), PIXELS)
        assert (page.tags[270].value, page.tags[33550].value, page.tags[65000].value) == ("another", (1.5, 2.5, 0.0), 7)


def test_nothing_to_add_changes_nothing():
    assert tiff.write_tags(made(), []) == made()


def test_an_exif_block_goes_into_a_tiff_and_back():
    date, place = tiff.text_tag(0x9003, "2026:01:01 00:00:00"), tiff.text_tag(1, "N")
    pointers = [tiff.Tag(0x8769, 4, bytes(4), (date,)), tiff.Tag(0x8825, 4, bytes(4), (place,))]
    tags = tiff.read_tags(io.BytesIO(tiff.pack([tiff.text_tag(0x010F, "Camera"), *pointers])))
    with Image.open(io.BytesIO(tiff.write_tags(made(), tags.values()))) as image:
        assert image.getexif()[0x010F] == "Camera"
        assert image.getexif().get_ifd(0x8769) == {0x9003: "2026:01:01 00:00:00"}
        assert image.getexif().get_ifd(0x8825) == {1: "N"}
    again = Image.Exif()
    again.load(tiff.pack(tags.values()))
    assert again.get_ifd(0x8769) == {0x9003: "2026:01:01 00:00:00"}


@pytest.mark.parametrize("cut", range(1, 60))
def test_truncated_files_raise_or_lack_tags(cut):
    data = made()
    try:
        found = tiff.read_tags(io.BytesIO(data[: -cut * len(data) // 60]))
    except (struct.error, KeyError):
        return
    assert set(found) <= set(tiff.read_tags(io.BytesIO(data)))


def test_tags_that_claim_the_same_bytes_end():
    entries = b"".join(struct.pack("<HHII", code, 7, 1 << 20, 8) for code in range(1000))
    data = b"II*\0" + struct.pack("<I", 8 + (1 << 20)) + bytes(1 << 20) + struct.pack("<H", 1000) + entries
    with pytest.raises(ValueError, match="too many bytes"):
        tiff.read_tags(io.BytesIO(data))


def test_tags_that_point_to_themselves_end():
    block = tiff.pack([tiff.Tag(34665, 4, b"\x08\0\0\0")])
    start = struct.unpack_from("<I", block, 4)[0]
    looped = bytearray(block)
    struct.pack_into("<I", looped, start + 10, start)
    (found,) = tiff.read_tags(io.BytesIO(bytes(looped))).values()
    assert not found.inner

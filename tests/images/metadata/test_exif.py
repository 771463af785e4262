"""EXIF and XMP of an upright image; nothing else of them changes."""

import struct

import pytest
from PIL import Image

from restore.images.metadata import exif


def block_of(orientation, order="<"):
    """Return an EXIF block with an orientation and a camera, and a thumbnail's directory behind it."""
    entries = struct.pack(f"{order}HHI4s", 0x010F, 2, 4, b"Cam\0") + struct.pack(
        f"{order}HHIHH", 0x0112, 3, 1, orientation, 0
    )
    head = b"II*\0" if order == "<" else b"MM\0*"
    return head + struct.pack(f"{order}IH", 8, 2) + entries + struct.pack(f"{order}I", 38) + b"\0" * 6


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_and_the_thumbnail_go_and_every_other_byte_stays(orientation, order):
    block = block_of(orientation, order)
    changed = exif.upright(block)
    wanted, (low, last) = bytearray(block), ((30, 34) if order == "<" else (31, 37))
    wanted[low], wanted[last] = 1, 0
    assert changed == wanted
    found = Image.Exif()
    found.load(changed)
    assert dict(found) == {0x010F: "Cam", 0x0112: 1}
    assert exif.has_thumbnail(block)
    assert not exif.has_thumbnail(changed)
    assert exif.swaps_axes(block) == (orientation >= 5)
    assert not exif.swaps_axes(changed)


def test_an_empty_block():
    assert (exif.upright(b""), exif.has_thumbnail(b""), exif.swaps_axes(b"")) == (b"", False, False)


@pytest.mark.parametrize("block", [b"XX*\0\x08\0\0\0\0\0\0\0\0\0", b"II*\0", b"II*\0\xff\0\0\0"])
def test_corrupt_blocks_raise(block):
    with pytest.raises((KeyError, struct.error)):
        exif.upright(block)


@pytest.mark.parametrize("xmp", [b'<r tiff:Orientation="6"/>', b"<tiff:Orientation>8</tiff:Orientation>"])
def test_xmp(xmp):
    assert exif.swaps_axes(b"", xmp)
    assert not exif.swaps_axes(block_of(1), xmp)  # which goes first
    assert exif.upright_xmp(xmp) == xmp.replace(b"6", b"1").replace(b"8", b"1")

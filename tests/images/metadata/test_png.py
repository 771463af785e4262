"""Chunks that are true of a changed image are kept, the others named."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from restore.images.metadata import png


def made(*chunks, mode="L", bits=None):
    info = PngImagePlugin.PngInfo()
    for name, body in chunks:
        info.add(name, body)
    buffer = io.BytesIO()
    image = Image.new(mode, (5, 4))
    if mode == "P":
        image.putpalette(range(48))
    image.save(buffer, "PNG", pnginfo=info, **({"bits": bits} if bits else {}))
    return buffer.getvalue()


def test_what_is_kept_and_what_is_named():
    kept = [(b"gAMA", (45455).to_bytes(4, "big")), (b"tEXt", b"Title\0a title"), (b"prVt", b"safe to copy")]
    dropped = [
        (b"sBIT", b"\7"),
        (b"tIME", b"\7\xea\1\1\0\0\0"),
        (b"prVT", b"unsafe"),
        (b"zTXt", b"Raw profile type exif\0\0"),
    ]
    _, palette, chunks, others = png.read_chunks(io.BytesIO(made(*kept, *dropped)))
    assert (sorted(chunks), palette) == (sorted(kept), False)
    assert sorted(others) == ["EXIF or XMP data in a text chunk", "PNG chunk prVT", "PNG chunk sBIT"]


@pytest.mark.parametrize(
    ("mode", "bits", "found"), [("1", None, (1, False)), ("L", None, (8, False)), ("P", 4, (4, True))]
)
def test_bits_and_palette(mode, bits, found):
    assert png.read_chunks(io.BytesIO(made(mode=mode, bits=bits)))[:2] == found


def test_resolution_and_profile():
    assert png.resolution_in(png.resolution_chunk((500, 300))[1]) == pytest.approx((500, 300), abs=0.02)
    for body in (b"", b"\0\0\0\1\0\0\0\1\0", b"\0" * 8 + b"\1"):  # none, an aspect ratio, zero
        assert png.resolution_in(body) == (None, None)
    assert png.profile_in(png.profile_chunk(b"profile" * 100)[1]) == b"profile" * 100
    assert png.profile_in(b"") == b""
    with pytest.raises(zlib.error):
        png.profile_in(b"name\0\0not compressed")


@pytest.mark.parametrize("channels", [2, 3, 4])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (9, 1), (13, 8)])
def test_every_filter_is_undone(shape, channels):
    rng = np.random.default_rng(1)
    values = rng.integers(0, 65536, (*shape, channels)).astype(np.uint16)
    values[: shape[0] // 2] = values[:1]  # rows that are best filtered by what is above
    with Image.open(io.BytesIO(png.encode_deep(values))) as image:
        image.verify()
    with Image.open(io.BytesIO(png.encode_deep(values))) as image:
        found = np.asarray(image.convert("RGBA"))
    high = (values >> 8).astype(np.uint8)
    wanted = np.concatenate([high[..., :1]] * 3 + [high[..., 1:]], axis=-1) if channels == 2 else high
    assert np.array_equal(found[..., : wanted.shape[2]], wanted)

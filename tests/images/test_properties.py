"""What a file holds besides its pixels is in the result too, and an upright image is not turned again."""

import io
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin

from restore.images import losses, read, same_format, write
from restore.images.libtiff import leaves_lines
from restore.images.metadata import jpeg, tiff

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ROWS, COLUMNS = np.mgrid[:60, :80]
HEADS = 2048
"""Bytes by which directories and palettes may differ."""
COLOUR = np.stack([ROWS * 4, COLUMNS * 3, ROWS + COLUMNS], axis=-1).astype(np.uint8)
GREY = COLOUR[..., 0]
PAGE = (COLUMNS % 16 < 8) & (ROWS % 20 < 12)
DPI = (300, 200)


def exif(orientation=1, *, thumbnail=False):
    """Return an EXIF block of a camera, perhaps with a directory of a thumbnail."""
    date = tiff.text_tag(0x9003, "2026:01:01 00:00:00")
    tags = [
        tiff.text_tag(0x010F, "Camera"),
        tiff.Tag(0x0112, 3, bytes([orientation, 0])),
        tiff.Tag(0x8769, 4, bytes(4), (date,)),
    ]
    block = tiff.pack(tags)
    end = len(block).to_bytes(4, "little")
    return b"Exif\0\0" + (block[:-4] + end + bytes(6) if thumbnail else block)


def again(path, change=lambda pixels: pixels, *, name=""):
    """Read a file, and write its image in the format of its content, changed; returns the file and the result's path."""
    source = read(path)
    result = path.with_name(f"result{path.suffix}")
    image = change(source.pixels.copy())
    name = name or same_format(source.format)
    write(result, image, like=source, name=name)
    return source, result, losses(source, image, name)


def boxed(pixels):
    pixels[5:15, 5:25] = 0
    return pixels


def test_a_png_keeps_profile_exif_texts_and_colours(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "a title")
    info.add_itxt("Author", "Zoë", "en", "Autorin")
    info.add_text("Long", "text " * 100, zip=True)
    info.add(b"gAMA", (45455).to_bytes(4, "big"))
    path = tmp_path / "a.png"
    Image.fromarray(COLOUR).save(path, icc_profile=SRGB, exif=exif(), pnginfo=info, dpi=DPI)
    source, result, lost = again(path, boxed)
    assert not lost
    with Image.open(path) as before, Image.open(result) as after:
        before.load(), after.load()
        assert after.info == before.info
        assert after.info["icc_profile"] == SRGB
        assert after.getexif().get_ifd(0x8769) == {0x9003: "2026:01:01 00:00:00"}
    assert np.array_equal(read(result).pixels, boxed(source.pixels.copy()))
    assert result.stat().st_size <= 1.1 * path.stat().st_size + HEADS


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tif"])
def test_an_image_is_made_upright_once(ending, orientation, tmp_path):
    path = tmp_path / f"a{ending}"
    if ending == ".tif":
        Image.fromarray(COLOUR).save(path, tiffinfo={0x0112: orientation}, dpi=DPI)
    else:
        lossless = {"lossless": True} if ending == ".webp" else {}
        Image.fromarray(COLOUR).save(path, exif=exif(orientation), dpi=DPI, **lossless)
    source, result, lost = again(path)
    turned = read(result)
    assert turned.pixels.shape == source.pixels.shape
    assert np.abs(turned.pixels - source.pixels).max() < (0.1 if ending == ".jpg" else 1e-6)
    assert "EXIF orientation applied" not in turned.notes
    assert (source.pixels.shape[:2] == (80, 60)) == (orientation >= 5)
    if ending != ".webp":
        assert source.properties.resolution == pytest.approx(DPI[::-1] if orientation >= 5 else DPI, rel=1e-4)
        assert turned.properties.resolution == pytest.approx(source.properties.resolution, rel=1e-4)
    assert not lost


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp"])
def test_an_orientation_in_xmp_is_not_applied_twice(ending, tmp_path):
    path, xmp = tmp_path / f"a{ending}", b'<x:xmpmeta><rdf tiff:Orientation="6" dc:title="t"/></x:xmpmeta>'
    if ending == ".png":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options = {"pnginfo": info, "dpi": DPI}
    else:
        options = {"xmp": xmp, "lossless": True} if ending == ".webp" else {}
    Image.fromarray(COLOUR).save(path, **options)
    if ending == ".jpg":
        path.write_bytes(jpeg.write_segments(path.read_bytes(), [(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp)]))
    source, result, _ = again(path)
    assert source.pixels.shape == read(result).pixels.shape
    with Image.open(result) as opened:
        opened.load()
        found = opened.info.get("xmp") or opened.info["XML:com.adobe.xmp"].encode()
    assert found == xmp.replace(b'"6"', b'"1"')


def test_a_thumbnail_shows_the_input_and_is_dropped(tmp_path):
    path = tmp_path / "a.jpg"
    Image.fromarray(COLOUR).save(path, exif=exif(thumbnail=True))
    _, result, lost = again(path)
    assert "EXIF thumbnail" in lost[0]
    with Image.open(result) as opened:
        assert opened.getexif()[0x010F] == "Camera"
    assert not read(result).properties.others


@pytest.mark.parametrize(("quality", "subsampling"), [(40, 2), (40, 0), (75, 1), (95, 0)])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_keeps_tables_subsampling_and_metadata(quality, subsampling, progressive, tmp_path):
    path = tmp_path / "a.jpg"
    options = {"quality": quality, "subsampling": subsampling, "progressive": progressive, "comment": "a comment"}
    Image.fromarray(COLOUR).save(path, icc_profile=SRGB, exif=exif(), dpi=DPI, **options)
    source, result, lost = again(path, boxed)
    assert not lost
    with Image.open(path) as before, Image.open(result) as after:
        assert after.quantization == before.quantization
        assert JpegImagePlugin.get_sampling(after) == subsampling
        assert {**after.info, "exif": before.info["exif"]} == before.info
        assert after.getexif().get_ifd(0x8769) == before.getexif().get_ifd(0x8769) != {}
    assert result.stat().st_size <= 1.2 * path.stat().st_size
    assert np.abs(read(result).pixels - boxed(source.pixels.copy())).mean() < 0.03


def test_a_grey_jpeg_stays_grey(tmp_path):
    path = tmp_path / "a.jpg"
    Image.fromarray(GREY).save(path, quality=40)
    _, result, _ = again(path, boxed)
    with Image.open(path) as before, Image.open(result) as after:
        assert (after.mode, after.quantization) == ("L", before.quantization)


GROUP4 = pytest.param("group4", marks=pytest.mark.skipif(bool(leaves_lines({259: 4})), reason="libtiff is too old"))


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize("compression", [GROUP4, "group3", "packbits", "tiff_lzw", "tiff_adobe_deflate", "raw"])
def test_a_page_of_one_bit_stays_one(compression, photometric, tmp_path):
    path = tmp_path / "a.tif"
    tags = {270: "a page", 305: "a scanner", 315: "me"}
    Image.fromarray(PAGE).save(path, compression=compression, dpi=DPI, tiffinfo={262: photometric, **tags})
    source, result, lost = again(path, boxed)
    assert not lost
    with Image.open(path) as before, Image.open(result) as after:
        assert (after.mode, after.info) == ("1", before.info)
        assert {code: after.tag_v2[code] for code in (259, 262, *tags)} == {
            259: before.tag_v2[259],
            262: photometric,
            **tags,
        }
    assert np.array_equal(read(result).pixels, boxed(source.pixels.copy()))
    assert result.stat().st_size <= 1.1 * path.stat().st_size + HEADS


def test_grey_values_in_a_page_of_one_bit_are_kept_with_a_note(tmp_path):
    path = tmp_path / "a.tif"
    Image.fromarray(PAGE).save(path, compression="group3")
    source, result, lost = again(path, lambda pixels: pixels * np.float32(0.6))
    assert len(lost) == 2
    assert "1-bit" in lost[0]
    assert "Group 3" in lost[1]
    assert np.array_equal(read(result).pixels, np.rint(source.pixels * 153) / np.float32(255))


@pytest.mark.parametrize("ending", [".png", ".bmp", ".pbm"])
def test_one_bit_of_other_formats(ending, tmp_path):
    path = tmp_path / f"a{ending}"
    Image.fromarray(PAGE).save(path)
    _, result, lost = again(path, boxed)
    with Image.open(result) as opened:
        assert (opened.mode, lost) == ("1", [])
    assert result.stat().st_size <= 1.1 * path.stat().st_size + HEADS


@pytest.mark.parametrize(("planar", "compression"), [("contig", None), ("contig", "zlib"), ("separate", "zlib")])
def test_a_deep_tiff_keeps_planes_compression_and_tags(planar, compression, tmp_path):
    path, deep = tmp_path / "a.tif", COLOUR.astype(np.uint16) * 257
    tifffile.imwrite(
        path,
        deep.transpose(2, 0, 1) if planar == "separate" else deep,
        photometric="rgb",
        planarconfig=planar,
        compression=compression,
        predictor=compression is not None,
        resolution=DPI,
        resolutionunit="INCH",
        description="a scan",
        software="a scanner",
        metadata=None,
        extratags=[(34675, 7, len(SRGB), SRGB, True), (65000, 3, 1, 7, True)],
    )
    source, result, lost = again(path, boxed)
    assert len(lost) == 1
    assert lost[0].endswith(": TIFF tag 65000")
    with tifffile.TiffFile(path) as before, tifffile.TiffFile(result) as after:
        codes = (258, 259, 270, 282, 283, 284, 296, 305, 317, 34675)
        kept = [
            {code: one.pages[0].tags[code].value for code in codes if code in one.pages[0].tags}
            for one in (before, after)
        ]
        assert kept[0] == kept[1]
        values = after.pages[0].asarray()
    values = values.transpose(1, 2, 0) if planar == "separate" else values
    assert np.array_equal(values, np.rint(boxed(source.pixels.copy()) * 65535).astype(np.uint16))
    assert result.stat().st_size <= 1.1 * path.stat().st_size + HEADS


@pytest.mark.parametrize("channels", [1, 3])
def test_a_deep_png_is_as_small_as_its_origin(channels, tmp_path):
    rng = np.random.default_rng(1)
    smooth = np.cumsum(rng.integers(-60, 61, (200, 160, channels)), axis=1) + 30000
    write(tmp_path / "first.png", (smooth / 65535).astype(np.float32), depth=16)
    raw = smooth.astype(">u2").tobytes()
    assert (tmp_path / "first.png").stat().st_size < 0.75 * len(raw)
    with Image.open(tmp_path / "first.png") as opened:  # which drops the lower bytes of colours
        assert np.array_equal(np.asarray(opened), np.squeeze(smooth) >> (8 if channels == 3 else 0))
    assert np.array_equal(np.rint(read(tmp_path / "first.png").pixels * 65535), smooth)


@pytest.mark.parametrize("ending", [".png", ".gif", ".bmp", ".tif"])
def test_a_palette_stays_one(ending, tmp_path):
    path = tmp_path / f"a{ending}"
    Image.fromarray(COLOUR).quantize(40).save(path)
    source, result, lost = again(path, boxed)
    with Image.open(result) as opened:
        assert (opened.mode, lost) == ("P", [])
    assert np.array_equal(read(result).pixels, boxed(source.pixels.copy()))
    assert result.stat().st_size <= 1.1 * path.stat().st_size + HEADS


def test_more_colours_than_a_palette_has_are_kept_with_a_note(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(COLOUR).quantize(40).save(path)
    noise = np.random.default_rng(1).random((60, 80, 3), np.float32)
    _, result, lost = again(path, lambda _: noise)
    assert len(lost) == 1
    assert "palette" in lost[0]
    assert np.array_equal(read(result).pixels, np.rint(noise * 255) / np.float32(255))


def test_grey_values_of_four_bits_stay_so(tmp_path):
    path = tmp_path / "a.png"
    grey = Image.fromarray((GREY // 16 * 17).astype(np.uint8))
    grey.quantize(16).save(path, bits=4)
    source, result, lost = again(path, boxed)
    assert not lost
    assert np.array_equal(read(result).pixels, boxed(source.pixels.copy()))
    assert result.stat().st_size <= 1.1 * path.stat().st_size + HEADS


@pytest.mark.parametrize("animated", [False, True])
@pytest.mark.parametrize("lossless", [False, True])
def test_a_webp_becomes_lossless_with_a_note(lossless, animated, tmp_path):
    path = tmp_path / "a.webp"
    more = {"save_all": True, "append_images": [Image.fromarray(255 - COLOUR)]} if animated else {}
    Image.fromarray(COLOUR).save(path, lossless=lossless, icc_profile=SRGB, **more)
    source, result, lost = again(path, boxed)
    assert (read(result).properties.icc, len(lost)) == (SRGB, 0 if lossless else 1)
    assert np.array_equal(read(result).pixels, boxed(source.pixels.copy()))


def test_other_ways_to_store_pixels_are_named(tmp_path):
    Image.fromarray(COLOUR).save(tmp_path / "a.tif", compression="jpeg")
    _, result, lost = again(tmp_path / "a.tif", boxed)
    assert "JPEG" in lost[0]
    with Image.open(result) as opened:
        assert opened.info["compression"] == "tiff_adobe_deflate"
    Image.fromarray(GREY).save(tmp_path / "a.png")
    assert "greyscale" in again(tmp_path / "a.png", name="WEBP")[2][0]


def test_a_comment_of_a_gif_is_kept(tmp_path):
    path = tmp_path / "a.gif"
    Image.fromarray(GREY).save(path, comment=b"a comment")
    _, result, lost = again(path)
    with Image.open(result) as opened:
        assert (opened.info["comment"], lost) == (b"a comment", [])


FULL = {"icc_profile": SRGB, "exif": exif(), "dpi": DPI}


@pytest.mark.parametrize(
    ("ending", "name", "missing"),
    [
        (".jpg", "PNG", ["texts"]),
        (".jpg", "TIFF", ["texts"]),
        (".jpg", "WEBP", ["texts", "resolution"]),
        (".jpg", "BMP", ["texts", "ICC", "EXIF"]),
        (".jpg", "PPM", ["texts", "ICC", "EXIF", "resolution"]),
        (".png", "JPEG", []),
        (".png", "TIFF", []),
    ],
)
def test_what_another_format_keeps(ending, name, missing, tmp_path):
    path = tmp_path / f"a{ending}"
    Image.fromarray(COLOUR).save(path, **FULL, **({"comment": "a comment"} if ending == ".jpg" else {}))
    _, result, lost = again(path, name=name)
    assert len(lost) == bool(missing)
    assert all(word in lost[0] for word in missing)
    had = read(result).properties
    assert (had.icc == SRGB) == ("ICC" not in missing)
    assert (had.resolution is None) == ("resolution" in missing)
    if "EXIF" not in missing:
        with Image.open(result) as opened:
            assert opened.getexif()[0x010F] == "Camera"
            assert opened.getexif().get_ifd(0x8769) == {0x9003: "2026:01:01 00:00:00"}


def test_a_profile_of_another_colour_space_is_not_put_on_the_image(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(GREY).save(path, icc_profile=SRGB)
    _, result, lost = again(path)
    assert "ICC profile" in lost[0]
    assert not read(result).properties.icc


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.replace(b"II*\0", b"XX*\0"),
        lambda data: data[: data.index(b"II*\0") + 4] + b"\xff" * 4 + data[data.index(b"II*\0") + 8 :],
    ],
)
def test_corrupt_metadata_is_noted_and_the_image_read(spoil, tmp_path):
    path = tmp_path / "a.jpg"
    Image.fromarray(COLOUR).save(path, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0", dpi=DPI)
    path.write_bytes(spoil(path.read_bytes()))
    source, result, _ = again(path)
    assert any("ignored" in note for note in source.notes)
    assert read(result).pixels.shape == COLOUR.shape


def test_properties_do_not_depend_on_the_name(tmp_path):
    Image.fromarray(COLOUR).save(tmp_path / "a.png", icc_profile=SRGB)
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert read(tmp_path / "a.jpg").properties.icc == SRGB


def test_a_picture_without_a_file_has_a_resolution_alone(tmp_path):
    Image.fromarray(GREY).save(tmp_path / "a.png", dpi=DPI)
    source = read(tmp_path / "a.png")
    assert source.dpi is None
    write(tmp_path / "b.png", source.pixels, like=replace(source, properties=type(source.properties)(), dpi=500.0))
    assert io.BytesIO((tmp_path / "b.png").read_bytes()).read(8) == b"\x89PNG\r\n\x1a\n"

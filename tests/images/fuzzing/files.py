"""Whole pictures of every format and kind, small, to be damaged by the fuzzing tests."""

import io
import struct
import zlib
from importlib.util import find_spec

import numpy as np
import tifffile
from PIL import Image

RNG = np.random.default_rng(7)
RGBA = np.kron(RNG.integers(0, 256, (5, 4, 4), np.uint8), np.ones((3, 4, 1), np.uint8))
RGB, GREY = RGBA[..., :3], RGBA[..., 0]
DEEP = RNG.integers(0, 65536, (9, 7, 4)).astype(np.uint16)
PREDICTORS = (1, 3) if find_spec("imagecodecs") else (1,)
WORDS, LONGS = DEEP[..., 0], DEEP.view("<u4")[..., 0]
FLOAT = RNG.random((9, 7), np.float32)


def saved(values, kind, mode=None, **options):
    """Return what Pillow writes."""
    image = values if isinstance(values, Image.Image) else Image.fromarray(values)
    buffer = io.BytesIO()
    (image.convert(mode) if mode else image).save(buffer, kind, **options)
    return buffer.getvalue()


def tiff(values, **options):
    """Return what tifffile writes."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


def png(values, *, interlaced=False):
    """Return a PNG of values (H, W, C), 8 or 16 bits, perhaps interlaced (PNG specification, section 8.2)."""
    height, width, channels = values.shape
    passes = [values]
    if interlaced:
        steps = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
        passes = [values[top::down, left::right] for top, left, down, right in steps]
    rows = b"".join(b"\0" + row.tobytes() for one in passes if one.size for row in one.astype(f">u{values.itemsize}"))
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", width, height, 8 * values.itemsize, colour, 0, 0, interlaced)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def turned():
    """Return EXIF data that says that the picture lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def chunk(kind, body):
    """Return a PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def described():
    """Return a PNG with metadata that Pillow would refuse to unpack, and a note, before and behind its pixels."""
    data = saved(RGB, "PNG")
    large = chunk(b"iCCP", b"large\0\0" + zlib.compress(bytes(2**21)))
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(2**21)))
    return data[:33] + large + data[33:-12] + text + data[-12:]


def bmp(words, masks, *, size=108, height=None):
    """Return a BMP of whole numbers, uint16 or uint32 (H, W), with bit masks and a Windows header of 40 to 124 bytes."""
    rows, width = words.shape
    data = np.pad(words, ((0, 0), (0, width % 2 if words.itemsize == 2 else 0)))[::-1].tobytes()
    fields = (size, width, height or rows, 1, 8 * words.itemsize, 3 if len(masks) == 3 or size > 40 else 6)
    head = struct.pack("<IiiHHIIiiII", *fields, len(data), 2835, 2835, 0, 0) + struct.pack(f"<{len(masks)}I", *masks)
    head = head.ljust(size, b"\0")
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(data), 0, 0, 14 + len(head)) + head + data


def palette_of_8_bits():
    """Return a TIFF whose palette stays below 256, as older writers left them."""
    data = bytearray(saved(RGB, "TIFF", "P"))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        tag = file.pages.first.tags[320]
        stored = np.frombuffer(data, "<u2", tag.count, tag.valueoffset) >> 8
        data[tag.valueoffset : tag.valueoffset + 2 * tag.count] = stored.astype("<u2").tobytes()
    return bytes(data)


def packed(bits, values, photometric=1, channels=1):
    """Return a big-endian TIFF of unsigned integers of any size, (H, W * `channels`), packed without gaps."""
    height, across = values.shape
    text = ["".join(f"{value:0{bits}b}" for value in row) for row in values.tolist()]
    data = b"".join(int(row.ljust(-(-len(row) // 8) * 8, "0"), 2).to_bytes(-(-len(row) // 8), "big") for row in text)
    tags = [(256, across // channels), (257, height), (258, bits), (259, 1), (262, photometric), (273, 8)]
    tags += [(277, channels), (278, height), (279, len(data)), (284, 1)]
    start = 8 + len(data) + len(data) % 2
    entries = b"".join(struct.pack(">HHII", tag, 4, 1, value) for tag, value in tags)
    directory = struct.pack(">H", len(tags)) + entries + bytes(4)
    return struct.pack(">2sHI", b"MM", 42, start) + data + b"\0" * (len(data) % 2) + directory


PAGES = [Image.fromarray(GREY), Image.fromarray(255 - GREY), Image.fromarray(GREY // 2)]
COLOURS = [Image.fromarray(RGB), Image.fromarray(255 - RGB)]
MANY = {"save_all": True, "append_images": PAGES[1:]}

FILES = {
    "PNG": (
        *(saved(RGB, "PNG"), saved(GREY, "PNG"), saved(RGBA, "PNG"), saved(RGBA[..., :2], "PNG")),
        *(saved(DEEP[..., 0], "PNG"), png(DEEP[..., :3]), png(DEEP), png(DEEP[..., :2])),
        *(
            saved(RGB, "PNG", "P"),
            saved(GREY, "PNG", "1"),
            saved(RGB, "PNG", "P", bits=2, transparency=b"\x00\x7f\xff"),
        ),
        *(png(RGB, interlaced=True), png(DEEP[..., :1], interlaced=True), png(RGBA, interlaced=True)),
        described(),
        *(saved(RGB, "PNG", transparency=(1, 2, 3)), saved(GREY, "PNG", exif=turned()), saved(PAGES[0], "PNG", **MANY)),
    ),
    "BMP": (
        *(saved(RGB, "BMP"), saved(GREY, "BMP"), saved(GREY, "BMP", "1"), saved(RGBA, "BMP"), saved(RGB, "BMP", "P")),
        *(bmp(WORDS, masks) for masks in ((0xF800, 0x7E0, 0x1F), (0xF00, 0xF0, 0xF, 0xF000), (0xC0, 0x38, 7))),
        *(bmp(WORDS, (0xF800, 0x7E0, 0x1F), size=40), bmp(LONGS, (0xFF00, 0xFF0000, 0xFF000000), size=52)),
        bmp(LONGS, (0x3FF, 0xFFC00, 0x3FF00000, 0xC0000000), size=124),
        # Runs of 8-bit palette pictures, which Pillow reads and does not write: 4 pixels of value 2 in each of 3 rows.
        b"BM"
        + struct.pack("<IIIIiiHHIIIIII", 98, 0, 66, 40, 4, 3, 1, 8, 1, 12, 0, 0, 3, 0)
        + bytes(range(12))
        + b"\x04\x02\x00\x00\x00\x04\x01\x02\x03\x02\x00\x00\x02\x01\x02\x02\x00\x01",
    ),
    "DIB": (saved(RGB, "DIB"), saved(GREY, "DIB"), saved(GREY, "DIB", "1"), saved(RGBA, "DIB"), saved(RGB, "DIB", "P")),
    "GIF": (
        *(saved(RGB, "GIF"), saved(GREY, "GIF"), saved(GREY, "GIF", interlace=0), saved(GREY, "GIF", transparency=3)),
        *(saved(PAGES[0], "GIF", **MANY), saved(COLOURS[0], "GIF", save_all=True, append_images=COLOURS[1:])),
    ),
    "JPEG": (
        *(saved(RGB, "JPEG"), saved(GREY, "JPEG"), saved(RGB, "JPEG", progressive=True), saved(RGB, "JPEG", "CMYK")),
        *(saved(RGB, "JPEG", subsampling=0, quality=95), saved(RGB, "JPEG", exif=turned()), saved(RGB, "MPO")),
        *(saved(RGB, "JPEG", restart_marker_rows=1), saved(GREY, "JPEG", progressive=True, optimize=True)),
    ),
    "PNM": (
        *(saved(RGB, "PPM"), saved(GREY, "PPM"), saved(GREY, "PPM", "1"), saved(DEEP[..., 0], "PPM")),
        *(b"P1\n# bits\n3 2\n0 1 0\n1 0 1\n", b"P2 3 2 255\n0 1 2 33 44 255\n", b"P3 2 1 255\n1 2 3\n4 5 6\n"),
        *(b"P5 3 2 9\n" + bytes((0, 1, 2, 7, 8, 9)), b"P6 2 1 65535\n" + DEEP[0, :2, :3].tobytes()),
        b"P5\n# a comment\n4 2 300\n" + DEEP[0, :4, :2].tobytes(),
    ),
    "TIFF": (
        *(
            saved(RGB, "TIFF"),
            saved(GREY, "TIFF"),
            saved(RGBA, "TIFF"),
            saved(GREY, "TIFF", "1"),
            saved(RGB, "TIFF", "P"),
        ),
        *(saved(RGB, "TIFF", compression=one) for one in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits")),
        *(saved(GREY, "TIFF", "1", compression=one) for one in ("group3", "group4")),
        *(saved(DEEP[..., 0], "TIFF"), saved(DEEP[..., 0], "TIFF", compression="tiff_lzw"), saved(FLOAT, "TIFF")),
        *(
            saved(RGB, "TIFF", "CMYK"),
            saved(RGB, "TIFF", "YCbCr", compression="jpeg"),
            saved(GREY, "TIFF", exif=turned()),
        ),
        *(saved(PAGES[0], "TIFF", **MANY), tiff(DEEP[..., :3], photometric="rgb"), tiff(DEEP, photometric="rgb")),
        tiff(DEEP[..., :3], photometric="rgb", compression="zlib", byteorder=">"),
        tiff(DEEP[..., 0], photometric="miniswhite", byteorder=">"),
        tiff(np.moveaxis(RGB, 2, 0), photometric="rgb", planarconfig="separate"),
        tiff(np.moveaxis(DEEP[..., :3], 2, 0), photometric="rgb", planarconfig="separate"),
        tiff(np.pad(RGB, ((0, 1), (0, 0), (0, 0))), photometric="rgb", tile=(16, 16)),
        tiff(FLOAT, bigtiff=True),
        tiff(RGB, photometric="rgb", rowsperstrip=4, compression="zlib"),
        *(
            tiff(DEEP[..., :3] / np.float32(65535), photometric="rgb", predictor=one, compression="zlib")
            for one in PREDICTORS
        ),
        *(tiff(FLOAT.astype(kind)) for kind in ("f2", "f8", ">f4")),
        *(tiff(GREY, bigtiff=True, byteorder=order) for order in "<>"),
        *(packed(bits, DEEP[..., 0] >> 16 - bits) for bits in (3, 6, 10, 12, 14)),
        packed(12, DEEP[:, :6, 0] >> 4, 2, 3),
        *(tiff(LONGS, byteorder=">"), tiff(DEEP, photometric="separated"), palette_of_8_bits()),
    ),
    "WebP": (
        *(
            saved(RGB, "WEBP"),
            saved(RGBA, "WEBP"),
            saved(RGB, "WEBP", lossless=True),
            saved(RGBA, "WEBP", lossless=True),
        ),
        *(saved(RGB, "WEBP", exif=turned()), saved(COLOURS[0], "WEBP", save_all=True, append_images=COLOURS[1:])),
        saved(PAGES[0], "WEBP", lossless=True, **MANY),
    ),
}
"""Files by format, several kinds each."""

"""Bad and odd images: one function per case, which writes into an empty folder and returns the path for a command."""

from __future__ import annotations

import io
import os
import socket
import stat
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

GOOD = 6
"""Sound images beside a bad one, each its own group: enough for a split, so that nothing else is wrong."""
SHAPE = (24, 25)


def noise(number: int = 0, channels: int = 0, top: int = 256) -> np.ndarray:
    """Return whole numbers below `top`, (H, W) or (H, W, `channels`)."""
    rng = np.random.default_rng(number)
    dtype = np.uint8 if top == 256 else np.uint16
    return rng.integers(0, top, SHAPE + ((channels,) if channels else ()), dtype)


def encoded(kind: str, values: np.ndarray | None = None, **options: object) -> bytes:
    """Return an image as the bytes of a file."""
    buffer = io.BytesIO()
    Image.fromarray(noise(99, 3) if values is None else values).save(buffer, kind, **options)
    return buffer.getvalue()


def good(root: Path, name: str = "in") -> Path:
    """Make a folder of sound grey images."""
    folder = root / name
    folder.mkdir()
    for number in range(GOOD):
        Image.fromarray(noise(number)).save(folder / f"good {number}.png")
    return folder


def beside(name: str, data: bytes):
    """Return the case of a file with these bytes beside sound images."""

    def case(root: Path) -> Path:
        folder = good(root)
        (folder / name).write_bytes(data)
        return folder

    return case


def patched(data: bytes, at: int, new: bytes) -> bytes:
    """Return bytes with some of them replaced."""
    return data[:at] + new + data[at + len(new) :]


def cut(name: str, data: bytes, share: float = 0.5):
    """Return the case of a file that ends early."""
    return beside(name, data[: int(len(data) * share)])


# Row 1 and 2: paths and folders


def mistyped(root: Path) -> Path:
    """Name a folder that is not there, one letter from one that is."""
    good(root, "prints")
    return root / "prinst"


def nowhere(root: Path) -> Path:
    """Name a folder far from everything."""
    return root / "no" / "such" / "folder"


def too_long(root: Path) -> Path:
    """Name a folder that no file system could hold."""
    return root / ("x" * 300)


def below_a_file(root: Path) -> Path:
    """Name a folder inside a file."""
    (root / "a.txt").write_text("text")
    return root / "a.txt" / "in"


def a_loop(root: Path) -> Path:
    """Name a link to itself."""
    (root / "loop").symlink_to(root / "loop")
    return root / "loop"


def empty_folder(root: Path) -> Path:
    """Make a folder with nothing in it."""
    (root / "in").mkdir()
    return root / "in"


def no_images(root: Path) -> Path:
    """Make a folder of everything but images."""
    folder = empty_folder(root)
    (folder / "notes.txt").write_text("text")
    (folder / "image.heic").write_bytes(b"x")
    (folder / ".hidden.png").write_bytes(encoded("PNG"))
    (folder / "deep").mkdir()
    return folder


# Row 3 to 5: no images, half ones, bombs

PNG, JPEG, BMP, TIFF, GIF, WEBP = (encoded(kind) for kind in ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP"))
bomb = beside("bad.bmp", patched(BMP, 18, struct.pack("<ii", 20_000, 20_000)))
_HUGE = patched(PNG[12:29], 4, struct.pack(">II", 30_000, 30_000))
bomb_png = beside("bad.png", patched(PNG, 12, _HUGE + struct.pack(">I", zlib.crc32(_HUGE))))
flipped = beside("bad.png", patched(PNG, 99, bytes([PNG[99] ^ 1])))
no_width = beside("bad.bmp", patched(BMP, 18, bytes(4)))
no_height = beside("bad.pgm", b"P5 4 0 255\n")


# Row 6 to 12: odd pixels


def constant(root: Path) -> Path:
    """Add a constant image."""
    return beside("bad.png", encoded("PNG", np.full(SHAPE, 90, np.uint8)))(root)


def with_alpha(level: int) -> np.ndarray:
    """Return colours with an alpha channel of one level but for one opaque pixel."""
    alpha = np.full((*SHAPE, 1), level, np.uint8)
    alpha[0, 0] = 255
    return np.concatenate([noise(5, 3), alpha], axis=2)


transparent = beside("bad.png", encoded("PNG", with_alpha(40)))
opaque = beside("odd.png", encoded("PNG", with_alpha(255)))


def bmp_with_alpha(values: np.ndarray) -> bytes:
    """Return a BMP of colours with alpha, (H, W, 4), as SOCOFing has them: 32 bits a pixel and a mask for each channel.

    The header is a BITMAPV4HEADER of 108 bytes; rows go from the bottom up, pixels are blue, green, red, alpha.
    """
    height, width, _ = values.shape
    pixels = values[::-1, :, [2, 1, 0, 3]].tobytes()
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, width, height, 1, 32, 3, len(pixels), 2835, 2835, 0, 0) + masks
    return b"BM" + struct.pack("<IHHI", 122 + len(pixels), 0, 0, 122) + header.ljust(108, b"\0") + pixels


transparent_bmp = beside("bad.bmp", bmp_with_alpha(with_alpha(40)))
opaque_bmp = beside("odd.bmp", bmp_with_alpha(with_alpha(255)))


def float_tiff(value: float):
    """Return the case of a floating-point TIFF with one value out of its range."""
    values = np.where(np.arange(SHAPE[1]) == 4, value, noise(7) / 255)
    return beside("bad.tif", encoded("TIFF", values.astype(np.float32)))


def lab(root: Path) -> Path:
    """Add a TIFF in LAB."""
    folder, buffer = good(root), io.BytesIO()
    srgb, target = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    image = ImageCms.profileToProfile(Image.fromarray(noise(9, 3)), srgb, target, outputMode="LAB")
    assert image is not None
    image.save(buffer, "TIFF")
    (folder / "odd.tif").write_bytes(buffer.getvalue())
    return folder


def cmyk(root: Path) -> Path:
    """Add a JPEG in CMYK."""
    folder = good(root)
    Image.fromarray(noise(9, 3)).convert("CMYK").save(folder / "odd.jpg")
    return folder


deep = beside("odd.png", encoded("PNG", noise(45, top=65536)))
floating = beside("odd.tif", encoded("TIFF", noise(46).astype(np.float32) / 255))
misnamed = beside("odd.jpg", encoded("PNG", noise(47)))


def paged(name: str):
    """Return the case of a file with three pages."""

    def case(root: Path) -> Path:
        folder = good(root)
        first, *others = (Image.fromarray(noise(20 + number)) for number in range(3))
        first.save(folder / name, save_all=True, append_images=others)
        return folder

    return case


def turned(root: Path) -> Path:
    """Add an image that its EXIF data says to turn by a quarter."""
    folder, exif = good(root), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(noise(30)).save(folder / "odd.png", exif=exif)
    return folder


def tiff(values: np.ndarray, **options: object) -> bytes:
    """Return what tifffile writes."""
    tifffile.imwrite(buffer := io.BytesIO(), values, **options)
    return buffer.getvalue()


signed = beside("bad.tif", tiff(noise(31).astype(np.int16)))
deep_inverted = beside("odd.tif", tiff(noise(31, top=65536), photometric="miniswhite", byteorder=">"))


def coloured(root: Path) -> Path:
    """Add two images in colour to grey ones."""
    folder = good(root)
    for number in range(2):
        Image.fromarray(noise(40 + number, 3)).save(folder / f"odd {number}.png")
    return folder


def palette(root: Path) -> Path:
    """Add an image with a palette of colours that are all grey."""
    folder = good(root)
    Image.fromarray(noise(44)).quantize(16).save(folder / "odd.png")
    return folder


def mixed_sizes(root: Path) -> Path:
    """Add an image of another size."""
    return beside("odd.png", encoded("PNG", np.pad(noise(41), ((4, 4), (0, 9)))))(root)


# Row 13 and 14: what lies in a folder


def links(root: Path) -> Path:
    """Add a link to the folder itself, and links that leave it."""
    folder, outside = good(root), good(root, "outside")
    (folder / "loop").symlink_to(folder)
    (folder / "away").symlink_to(outside)
    (folder / "away.png").symlink_to(outside / "good 1.png")
    return folder


def mixed(root: Path) -> Path:
    """Add files of formats that are not read, and a hidden one."""
    folder = good(root)
    (folder / "deep").mkdir()
    for name in ("notes.txt", "deep/b.HEIC", ".hidden.txt"):
        (folder / name).write_bytes(b"other")
    return folder


def named_link(root: Path) -> Path:
    """Name a link to a folder."""
    (root / "in").symlink_to(good(root, "outside"))
    return root / "in"


def link_loop(root: Path) -> Path:
    """Add a link that leads to itself by way of another."""
    folder = good(root)
    (folder / "bad.png").symlink_to(folder / "other")
    (folder / "other").symlink_to(folder / "bad.png")
    return folder


def broken_link(root: Path) -> Path:
    """Add a link to an image that is gone."""
    folder = good(root)
    (folder / "bad.png").symlink_to(folder / "gone.png")
    return folder


def pipe(root: Path) -> Path:
    """Add a pipe that nobody writes to."""
    folder = good(root)
    os.mkfifo(folder / "bad.png")
    return folder


def a_socket(root: Path) -> Path:
    """Add a socket."""
    folder, before = good(root), Path.cwd()
    os.chdir(folder)  # a socket's path may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("bad.png")
    finally:
        os.chdir(before)
    return folder


def a_device(root: Path) -> Path:
    """Add a device that never ends."""
    folder = good(root)
    try:
        os.mknod(folder / "bad.png", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except OSError as error:
        pytest.skip(f"no device can be made here: {error}")
    return folder


def locked_file(root: Path) -> Path:
    """Add an image that may not be read."""
    folder = beside("bad.png", PNG)(root)
    (folder / "bad.png").chmod(0)
    return folder


def locked_folder(root: Path) -> Path:
    """Add a folder that may not be read."""
    folder = good(root)
    good(folder, "bad").chmod(0)
    return folder


def locked(root: Path) -> Path:
    """Name a folder that may not be read."""
    folder = good(root)
    folder.chmod(0)
    return folder


def below_locked(root: Path) -> Path:
    """Name a folder in one that may not be entered."""
    outer = root / "outer"
    outer.mkdir()
    folder = good(outer)
    outer.chmod(0)
    return folder


ODD_NAMES = ("a b\n.png", "-rf.png", "\x1b[2J.png", os.fsdecode(b"\xff\xfe.png"), "ü,|=@:.PNG")


def odd_names(root: Path) -> Path:
    """Add images whose names hold anything."""
    folder = good(root)
    for number, name in enumerate(ODD_NAMES):
        (folder / name).write_bytes(encoded("PNG", noise(50 + number)))
    return folder


def odd_bad_names(root: Path) -> Path:
    """Add empty files whose names hold anything."""
    folder = good(root)
    for name in ODD_NAMES:
        (folder / name).touch()
    return folder


# Row 15 to 17 and 19: sets


def twins(root: Path) -> Path:
    """Add a copy of an image, as another group."""
    folder = good(root)
    (folder / "odd.png").write_bytes((folder / "good 0.png").read_bytes())
    return folder


def too_few(root: Path) -> Path:
    """Make a folder of two images."""
    folder = good(root)
    for path in sorted(folder.iterdir())[2:]:
        path.unlink()
    return folder


def black(root: Path) -> Path:
    """Make a folder of images with a black middle half, so that a small black box may change nothing."""
    folder = good(root)
    for number in range(GOOD):
        values = np.zeros(SHAPE, np.uint8)
        values[0, number] = 255
        Image.fromarray(values).save(folder / f"good {number}.png")
    return folder


def many(root: Path) -> Path:
    """Make a folder with more bad images than an error names."""
    folder = good(root)
    for number in range(30):
        (folder / f"bad {number:02}.png").touch()
    return folder


def all_bad(root: Path) -> Path:
    """Make a folder of nothing but bad images."""
    folder = good(root)
    for path in folder.iterdir():
        path.write_bytes(b"")
    return folder

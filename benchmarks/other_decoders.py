"""Image files as other decoders see them: OpenCV, libpng of imagecodecs, tifffile with imagecodecs, and Pillow.

A decoder that does not take a file, or whose values are defined otherwise, has no say.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import cv2
import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from restore.images import ImageFile

Values = NDArray[np.float64]
"""Values (H, W, 3 or 4) in [0, 1], with alpha where there are four."""

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
logging.getLogger("tifffile").addHandler(logging.NullHandler())

SCALES = {8: 255, 16: 65535, 32: 2**24}
"""Levels in [0, 1] by depth; of floating-point values, as many as a value of 32 bits can keep apart near 1."""
TOLERANCES = {"JPEG": 2, "MPO": 2, "WEBP": 2}
"""Levels of 8 bits by which decoders of lossy formats differ."""
_MASKS = 3
_JPEG, _YCBCR, _ASSOCIATED, _UNASSOCIATED = 7, 6, 1, 2
_STRIP_LENGTHS, _TILE_LENGTHS = 279, 325
_CHANNELS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4}
"""Values and numbers of TIFF tags, and the channels of photometric interpretations."""
DIFFERENT = 8
"""Levels by which OpenCV's scale of 5-bit values differs: it shifts them, so that white is 248."""


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """Keep what C libraries write off stderr."""
    sys.stderr.flush()
    before, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nowhere)


def others(data: bytes, image_file: ImageFile) -> Iterator[tuple[str, Values, float]]:
    """Yield the name of each decoder that takes the bytes of a file, its values, and how far others may be off."""
    tolerance = TOLERANCES.get(image_file.format, 0)
    if image_file.format == "TIFF":
        tolerance = _tiff_tolerance(data)
    shifted = (image_file.format, data[28:30]) == ("BMP", b"\x10\0")
    shifted |= (image_file.format, data[14:16]) == ("DIB", b"\x10\0")
    decoders = {
        "tifffile": (_tifffile, image_file.format == "TIFF", tolerance),
        "libpng": (_libpng, image_file.format == "PNG", tolerance),
        "Pillow": (_pillow, image_file.format in ("BMP", "DIB", "TIFF"), 1 if shifted else tolerance),
        "OpenCV": (_opencv, _is_clear(data, image_file), DIFFERENT if shifted else tolerance),
    }
    for name, (decode, is_asked, most) in decoders.items():
        if is_asked:
            with hushed():
                values = decode(data)
            if values is not None:
                yield name, values, most


def takers(data: bytes) -> list[str]:
    """Return the names of the decoders that take the bytes of a file, whatever they make of them."""
    with hushed():
        found = {"OpenCV": _opencv(data), "tifffile": _tifffile(data)}
    return [name for name, values in found.items() if values is not None]


def differs(image_file: ImageFile, values: Values, tolerance: float) -> bool | None:
    """Return whether an image differs from the values of another decoder, None where they cannot be compared."""
    turned = [values]
    if "EXIF orientation applied" in image_file.notes:
        turned = [np.rot90(one, times) for one in (values, values[:, ::-1]) for times in range(4)]
    shape = image_file.pixels.shape[:2]
    fitting = [one for one in turned if one.shape[:2] == shape]
    if not fitting:
        return True
    return all(_differ(image_file, one, tolerance) for one in fitting)


def _differ(image_file: ImageFile, values: Values, tolerance: float) -> bool:
    """Return whether pixels differ by more than some levels, those that nobody sees left out, or their alpha does."""
    scale = SCALES[image_file.depth]
    allowed = (tolerance * (1 if image_file.depth == 8 else scale / 255) + 0.51) / scale
    pixels = np.broadcast_to(image_file.pixels, (*image_file.pixels.shape[:2], 3))
    apart = np.abs(pixels - values[..., :3]).max(axis=2) > allowed
    if values.shape[2] == 4:
        if image_file.alpha is not None and (np.abs(image_file.alpha - values[..., 3]) > allowed).any():
            return True
        apart &= values[..., 3] > 0
    if image_file.alpha is not None and image_file.format == "GIF":
        apart &= image_file.alpha > 0
    return bool(apart.any())


def _opencv(data: bytes) -> Values | None:
    """Return what OpenCV decodes."""
    try:
        array = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if array is None or array.dtype not in (np.uint8, np.uint16, np.float32):
        return None
    white = 1 if array.dtype == np.float32 else np.iinfo(array.dtype).max
    return _as_colours(array[..., None] if array.ndim == 2 else _as_rgb(array), white)


def _as_rgb(array: NDArray[Any]) -> NDArray[Any]:
    """Return OpenCV's order of channels as RGB."""
    return array[..., [2, 1, 0, 3][: array.shape[2]]] if array.shape[2] > 2 else array


def _as_colours(array: NDArray[Any], white: float) -> Values:
    """Return values (H, W, 1 to 4) as three channels, or four with alpha."""
    values = array.astype(np.float64) / white
    if values.shape[2] < 3:
        values = np.concatenate([values[..., :1].repeat(3, axis=2), values[..., 1:]], axis=2)
    return values


def _is_clear(data: bytes, image_file: ImageFile) -> bool:
    """Return whether OpenCV takes values as they are meant.

    In TIFF it shifts some and takes others for colours; in BMP it ignores bit masks and misreads headers of OS/2; in
    PNM it takes no other white than 255 and 65,535; of PNG it leaves out the alpha of grey, and swaps red and blue in
    animated ones.
    """
    if image_file.format == "TIFF":
        page = _page(data)
        if page is None or page.extrasamples or not _has_lengths(page):
            return False
        return page.photometric in {1: (0, 1, 2), 8: (1, 2), 16: (1, 2), 32: (1, 2)}.get(page.bitspersample, ())
    if image_file.format == "BMP":
        header, compression = int.from_bytes(data[14:18], "little"), int.from_bytes(data[30:34], "little")
        return header in (40, 108, 124) and not (compression == _MASKS and data[28] == 32)
    if image_file.format == "PPM":
        words = re.sub(rb"#[^\n]*", b"", data[:512]).split()
        return words[0] == b"P4" or words[3] in (b"255", b"65535")
    return image_file.format != "PNG"


def _libpng(data: bytes) -> Values | None:
    """Return what libpng decodes."""
    try:
        array = imagecodecs.png_decode(data)
    except Exception:  # noqa: BLE001 - likewise
        return None
    return _as_colours(array[..., None] if array.ndim == 2 else array, np.iinfo(array.dtype).max)


def _pillow(data: bytes) -> Values | None:
    """Return what Pillow decodes, upright, where it keeps all of its values."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data)) as image:
            warnings.simplefilter("ignore")
            bits = image.tag_v2.get(258, (8,)) if isinstance(image, TiffImagePlugin.TiffImageFile) else (8,)
            inverted = isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(262) == 0
            image.load()
            if image.mode.startswith("I;16") and bits == (16,):
                values = np.asarray(image)[..., None]
                return _as_colours(65535 - values if inverted else values, 65535)
            if image.format == "DIB" and data[14] > 8 and any(data[32:36]):  # it takes a palette for pixels
                return None
            if image.mode == "P" and image.format == "TIFF":  # whose palettes of 8 bits it takes for black
                return None
            if image.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK") or max(bits) > 8:
                return None
            plain = image.convert("RGBA" if image.mode in ("LA", "PA", "RGBA") else "RGB")
            return _as_colours(np.asarray(plain), 255)
    except Exception:  # noqa: BLE001 - likewise
        return None


def _page(data: bytes) -> Any:
    """Return the first page of a TIFF as tifffile sees it, None where it does not."""
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            return file.pages.first
    except Exception:  # noqa: BLE001 - it raises many kinds for files that it does not take
        return None


def _has_lengths(page: Any) -> bool:
    """Return whether a TIFF says how long its strips or tiles are, which decoders guess in different ways."""
    return not {_STRIP_LENGTHS, _TILE_LENGTHS}.isdisjoint(page.tags.keys())


def _tiff_tolerance(data: bytes) -> float:
    """Return the levels by which decoders of a TIFF may differ: 2 for JPEG, and colour differences, which are rounded."""
    page = _page(data)
    return 2 if page is not None and (page.compression == _JPEG or page.photometric == _YCBCR) else 0


def _tifffile(data: bytes) -> Values | None:
    """Return what tifffile decodes, with palettes, inks and alpha applied."""
    try:
        with tifffile.TiffFile(io.BytesIO(data)) as file:
            page: Any = file.pages.first
            array = page.asarray()
            values = _interpreted(np.moveaxis(array, 0, 2) if page.axes == "SYX" else array, page)
    except Exception:  # noqa: BLE001 - likewise
        return None
    return values


def _interpreted(array: NDArray[Any], page: Any) -> Values | None:
    """Return the colours of a TIFF's values, None for other kinds, and lengths left to guess."""
    array = array[..., None] if page.axes == "YX" else array
    if not _has_lengths(page):
        return None
    kind = 2 if page.photometric == _YCBCR and page.compression == _JPEG else int(page.photometric)
    if kind not in _CHANNELS or page.axes not in ("YX", "YXS", "SYX"):
        return None
    white = 1.0 if array.dtype.kind == "f" else float(2**page.bitspersample - 1)
    count = _CHANNELS[kind]
    has_alpha = page.extrasamples and page.extrasamples[0] in (_ASSOCIATED, _UNASSOCIATED)
    colours, alpha = array[..., :count].astype(np.float64) / white, array[..., count : count + bool(has_alpha)] / white
    if kind == 0:
        colours = 1 - colours
    if kind == 3:
        palette = page.colormap if page.colormap.max() < 256 else page.colormap >> 8
        colours = palette.T[array[..., 0]] / 255
    if kind == 5:
        colours = (1 - colours[..., :3]) * (1 - colours[..., 3:])
    if has_alpha and page.extrasamples[0] == _ASSOCIATED:
        colours = np.minimum(1, np.divide(colours, alpha, out=np.zeros_like(colours), where=alpha > 0))
    return _as_colours(np.concatenate([colours, alpha], axis=2), 1)

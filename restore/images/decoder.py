"""Decoding an open image file, without loss of bit depth: BMP and TIFF by NumPy where possible, the rest by Pillow."""

from __future__ import annotations

import contextlib
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from restore.errors import InputError
from restore.images import jpeg
from restore.images.bmp import decode_bmp, is_bmp, read_header
from restore.images.image_file import Depth, ImageFile, is_grey
from restore.images.libtiff import judge_jpeg, leaves_lines
from restore.images.pillow import FAULTS, FORMATS, load, strictly
from restore.images.png import SIGNATURE, checked
from restore.images.properties import Resolution
from restore.images.raster import Raster, orientation_of, require_size
from restore.images.tiff import decode_tiff, layout_of, require_range
from restore.images.tiff_tags import HEIGHT, WIDTH, is_tiff, read_tags
from restore.text import TOLD, one_line, show

if TYPE_CHECKING:
    from PIL.Image import Image

    from restore.images.image_file import Samples

_ORIENTATION, _RESOLUTION, _COMPRESSION = 0x0112, 282, 259  # TIFF and EXIF tags
_OLD_JPEG = 6
_FEW_BITS = {"L;2": 85, "L;4": 17}
"""What Pillow multiplies greys of few bits by, but not their transparent value."""
_DEEP = ("RGB;16", "RGBA;16", "LA;16")
"""Beginnings of raw modes of 16 bits."""


def decode(file: IO[bytes], path: Path, max_pixels: int, formats: tuple[str, ...] = FORMATS) -> ImageFile:
    """Decode an open file of one of Pillow's `formats`; raises its errors, and `InputError` for files that are refused."""
    head = file.read(18) if formats == FORMATS else b""
    raster = None
    if is_bmp(head):
        raster = decode_bmp(file, path, max_pixels)
    elif is_tiff(head):
        raster = decode_tiff(file, path, max_pixels)
    file.seek(0)
    return (raster or _decode(file, path, max_pixels, formats)).to_image_file()


def look_at(file: IO[bytes], formats: tuple[str, ...] = FORMATS) -> tuple[Image, Resolution]:
    """Return an open file as Pillow's image, not decoded, and the resolution in its header; raises Pillow's errors."""
    from PIL import Image

    with strictly():
        image = Image.open(file, formats=formats)
    return image, _dpi_of(image)


def measure(file: IO[bytes], formats: tuple[str, ...] = FORMATS) -> tuple[str, int, int]:
    """Return format, width and height from an open file's header; raises Pillow's errors."""
    head = file.read(18) if formats == FORMATS else b""
    if is_bmp(head):
        header = read_header(file)
        return "DIB" if header.dib else "BMP", header.width, header.height
    if is_tiff(head):
        tags = read_tags(file)
        return "TIFF", tags.one(WIDTH), tags.one(HEIGHT)
    image = _look(file, formats, is_jpeg=head.startswith(jpeg.SIGNATURE))
    return str(image.format), *image.size


def orientation_in(image: Image) -> int:
    """Return the EXIF orientation of Pillow's image, 1 (upright) to 8."""
    return _orientation(image)[0]


def decode_dpi(file: IO[bytes], path: Path, formats: tuple[str, ...] = FORMATS) -> float | None:
    """Return the horizontal resolution in an open file's header in dots per inch, None for none; raises Pillow's errors."""
    head = file.read(18) if formats == FORMATS else b""
    if is_bmp(head):
        return read_header(file).dpi[0]
    if is_tiff(head):
        return read_tags(file).dpi[0]
    source = checked(file, path)[0] if head.startswith(SIGNATURE) else file
    return _dpi_of(_look(source, formats, is_jpeg=head.startswith(jpeg.SIGNATURE)))[0]


def _look(file: IO[bytes], formats: tuple[str, ...], *, is_jpeg: bool) -> Image:
    """Return an open file as Pillow's image, not decoded; a JPEG without its metadata where they are damaged."""
    from PIL import Image

    file.seek(0)
    with strictly():
        try:
            return Image.open(file, formats=formats)
        except FAULTS:
            if not is_jpeg:
                raise
            return Image.open(jpeg.without_metadata(file), formats=FORMATS)


def _decode(file: IO[bytes], path: Path, max_pixels: int, formats: tuple[str, ...]) -> Raster:
    """Decode an open file with Pillow."""
    head = file.read(len(SIGNATURE))
    source, notes = checked(file, path) if head == SIGNATURE else (file, [])
    is_jpeg = head.startswith(jpeg.SIGNATURE)
    if is_jpeg:
        jpeg.require_coding(file, path)
    source.seek(0)
    try:
        image, more = _open(source, path, max_pixels, formats)
    except FAULTS:
        if not is_jpeg:
            raise
        image, more = _open(jpeg.without_metadata(file), path, max_pixels, formats)
        more.append("damaged metadata ignored")
    notes += more
    upright = image.format == "TIFF"  # Pillow applies its orientation while decoding
    turned = upright and orientation_of(_tags(image).get(_ORIENTATION)) > 1
    try:
        values, depth, converted = _deep_values(source, image, path) if _is_deep(image) else _values(image, path)
    except OSError as error:
        if _tags(image).get(_COMPRESSION) == _OLD_JPEG:  # which libtiff decodes in part, and without saying why not
            raise _unsupported_tiff(file, path) from error
        raise
    notes += [*converted, *(["EXIF orientation applied"] if turned else [])]
    orientation = 1
    if not upright:
        orientation, more = _orientation(image)
        notes += more
    return Raster(values, depth, str(image.format), tuple(notes), orientation, _dpi_of(image))


def _dpi_of(image: Image) -> Resolution:
    """Return the horizontal and vertical resolution in the header in dots per inch, None for none."""
    stored = image.info.get("dpi")
    missing = image.format == "TIFF" and _RESOLUTION not in _tags(image)  # where Pillow reports 1
    found = []
    for axis in range(2):
        dpi = 0.0
        with contextlib.suppress(ZeroDivisionError):  # older versions of Pillow, for n / 0
            dpi = float(stored[axis]) if isinstance(stored, tuple) and len(stored) == 2 and not missing else 0.0
        found.append(dpi if math.isfinite(dpi) and dpi > 0 else None)
    return found[0], found[1]


def _open(file: IO[bytes], path: Path, max_pixels: int, formats: tuple[str, ...]) -> tuple[Image, list[str]]:
    """Read the header of an image and check its size and the sizes of its strips; returns it with notes on its pages."""
    from PIL import Image, UnidentifiedImageError

    with strictly() as caught:
        try:
            image = Image.open(file, formats=formats)
        except UnidentifiedImageError as error:
            file.seek(0)
            if not is_tiff(file.read(4)):
                raise
            raise _unsupported_tiff(file, path) from error
        require_size(*image.size, max_pixels, path)
        judge_jpeg(file, _tags(image))
        if version := leaves_lines(_tags(image)):
            what = f"Group 4 compression is not supported with libtiff {version}, which does not report missing lines"
            hint = "install Pillow 13 or later, or save it as PNG"
            raise InputError(what, code="unsupported-compression", where=show(path), hint=hint)
        pages = read_tags(file).pages if image.format == "TIFF" else getattr(image, "n_frames", 1)
    notes = [one_line(str(one.message), TOLD) for one in caught]
    return image, notes + ([f"first of {pages} pages read"] if pages > 1 else [])


def _unsupported_tiff(file: IO[bytes], path: Path) -> InputError:
    """Return the refusal of a TIFF that neither decoder takes."""
    what, hint = f"TIFF of {layout_of(file)} is not supported", "save it as PNG, or with deflate compression"
    return InputError(what, code="unsupported-mode", where=show(path), hint=hint)


def _rawmodes(image: Image) -> set[str]:
    """Return the raw modes by which Pillow's decoders unpack the pixels."""
    parameters = [tile[3] for tile in getattr(image, "tile", ())]
    return {str(one[0] if isinstance(one, tuple) else one) for one in parameters}


def _is_deep(image: Image) -> bool:
    """Return whether the file has several channels of 16 bits, of which Pillow keeps only 8."""
    return image.mode in ("RGB", "RGBA") and any(raw.startswith(_DEEP) for raw in _rawmodes(image))


def _tags(image: Image) -> Mapping[int, Any]:
    """Return a TIFF's tags, an empty mapping for other formats."""
    return getattr(image, "tag_v2", {}) if image.format == "TIFF" else {}


def _deep_values(file: IO[bytes], image: Image, path: Path) -> tuple[Samples, Depth, list[str]]:
    """Decode 16-bit colour as uint16 (H, W, C), in two passes.

    Pillow unpacks only the upper byte of each value; with the byte order swapped, the lower one.
    """
    import numpy as np
    from PIL import Image as Pillow

    raws = _rawmodes(image)
    if raws == {"LA;16B"}:  # four bytes a pixel, which the unpacker of 8-bit RGBA passes through
        _unpack_as(image, {"LA;16B": "RGBA"})
        four = np.asarray(image).astype(np.uint16)
        return four[..., 0::2] << 8 | four[..., 1::2], 16, []
    if not all(raw.startswith(("RGB;16", "RGBA;16")) for raw in raws):
        what = f"unsupported 16-bit pixel layout {', '.join(sorted(raws))}"
        raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as RGB, RGBA or greyscale PNG")
    load(image)
    high = np.asarray(image).astype(np.uint16)
    file.seek(0)
    with strictly():
        again = Pillow.open(file, formats=FORMATS)
    _unpack_as(again, {raw: _other_order(raw) for raw in raws})
    load(again)
    values = high << 8 | np.asarray(again)
    return _keyed(values, image), 16, []


def _keyed(values: Samples, image: Image) -> Samples:
    """Return 16-bit values (H, W, C), with alpha where the file declares a transparent colour."""
    import numpy as np

    key = image.info.get("transparency")
    if key is None:
        return values
    alpha = (values != np.asarray(key)).any(axis=-1, keepdims=True) * np.uint16(65535)
    return np.concatenate([values, alpha], axis=-1)


def _other_order(raw: str) -> str:
    """Return a 16-bit raw mode with its byte order swapped; N is the native order."""
    order = {"little": "L", "big": "B"}[sys.byteorder] if raw.endswith("N") else raw[-1]
    return raw[:-1] + {"L": "B", "B": "L"}[order]


def _unpack_as(image: Image, modes: Mapping[str, str]) -> None:
    """Replace the raw modes by which Pillow's decoders unpack the pixels."""
    tiles: list[Any] = getattr(image, "tile", [])
    for number, (codec, extents, offset, parameters) in enumerate(tiles):
        replaced = (modes[parameters[0]], *parameters[1:]) if isinstance(parameters, tuple) else modes[parameters]
        tile = (codec, extents, offset, replaced)
        tiles[number] = type(tiles[number])(*tile) if hasattr(tiles[number], "_fields") else tile


def _values(image: Image, path: Path) -> tuple[Samples, Depth, list[str]]:
    """Decode an image as Pillow returns it: values (H, W, C), their depth, and notes on conversions."""
    import numpy as np

    _judge_pnm(image, path)
    frame, raws = _frame_of(image), _rawmodes(image)
    load(image)
    if image.format == "PNG" and isinstance(key := image.info.get("transparency"), int) and raws & set(_FEW_BITS):
        image.info["transparency"] = key * _FEW_BITS[raws.pop()]
    if image.mode.startswith(("I", "F")):
        grey, depth = _single_channel(image, path)
        return _keyed(grey[..., None], image), depth, []
    palette = image.mode in ("P", "PA")
    notes = [f"{image.mode} converted to RGB"] if image.mode in ("CMYK", "LAB", "YCbCr", "HSV") else []
    values = np.asarray(_plain(image))
    values = values[..., None] if values.ndim == 2 else values
    if palette and is_grey(values[..., :3]):
        values = values[..., [0, *range(3, values.shape[2])]]
    return (_framed(values, frame) if frame else values), 8, notes


def _frame_of(image: Image) -> tuple[slice, slice] | None:
    """Return the part of a GIF that its first frame covers, None for all of it."""
    tiles = getattr(image, "tile", ()) if image.format == "GIF" else ()
    for _, extents, _, _ in tiles:
        if extents != (0, 0, *image.size):
            left, top, right, bottom = extents
            return slice(top, bottom), slice(left, right)
    return None


def _framed(values: Samples, frame: tuple[slice, slice]) -> Samples:
    """Return values with alpha, transparent outside the frame, where a GIF defines no pixels."""
    import numpy as np

    alpha = np.zeros((*values.shape[:2], 1), np.uint8)
    alpha[frame] = values[..., -1:][frame] if values.shape[2] in (2, 4) else 255
    return np.concatenate([values[..., : (values.shape[2] - 1) // 2 * 2 + 1], alpha], axis=-1)


def _judge_pnm(image: Image, path: Path) -> None:
    """Refuse PNM that Pillow would reduce to 8 bits, and plain (ASCII) PNM, where a truncated number is a number too."""
    for codec, _, _, parameters in getattr(image, "tile", ()) if image.format == "PPM" else ():
        largest = parameters[1] if isinstance(parameters, tuple) else 255
        if codec == "ppm_plain" or (image.mode == "RGB" and largest > 255):
            kind = "plain (ASCII)" if codec == "ppm_plain" else "16-bit colour"
            what = f"{kind} PNM is not supported"
            raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as PNG or TIFF")


def _plain(image: Image) -> Image:
    """Return a decoded image in mode L, LA, RGB or RGBA, a transparent colour converted to alpha."""
    from PIL import ImageCms

    keyed = "transparency" in image.info
    if image.mode == "LAB":
        lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted: Any = ImageCms.applyTransform(image, ImageCms.buildTransform(lab, rgb, "LAB", "RGB"))
        return converted  # type: ignore[no-any-return]
    if image.mode in ("1", "L", "La", "LA"):
        return image.convert("LA" if keyed or image.mode in ("La", "LA") else "L")
    return image.convert("RGBA" if keyed or image.mode in ("PA", "RGBA", "RGBa") else "RGB")


def _single_channel(image: Image, path: Path) -> tuple[Samples, Depth]:
    """Decode integers of more than 8 bits, or floating point, with their depth."""
    import numpy as np

    values = np.asarray(image)
    if image.mode == "F":
        return require_range(values, path), 32
    if image.format == "TIFF" or values.min() < 0 or values.max() > 65535:
        what = "greyscale values have neither 8 nor 16 bits"
        raise InputError(what, code="unsupported-mode", where=show(path), hint="save it as 16-bit greyscale")
    return values.astype(np.uint16), 16


def _orientation(image: Image) -> tuple[int, list[str]]:
    """Return the EXIF orientation, 1 (upright) to 8, and a note where it cannot be read."""
    with strictly():
        try:
            found = image.getexif().get(_ORIENTATION, 1)
        except FAULTS:
            return 1, ["unreadable EXIF data ignored"]
    return orientation_of(found), []

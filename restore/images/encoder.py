"""Encoding images as files, with the properties of the file that they are made from."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from restore.images.bmp import encode_bmp
from restore.images.metadata import exif, jpeg, png, tiff
from restore.images.properties import NOTHING, Properties
from restore.images.raster import in_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from restore.images.image_file import Depth, Pixels

    Values = NDArray[Any]

_COMPRESSIONS = {
    1: "raw", 2: "tiff_ccitt", 3: "group3", 4: "group4", 5: "tiff_lzw", 8: "tiff_adobe_deflate", 32773: "packbits",
    32946: "tiff_adobe_deflate", 34925: "lzma", 50000: "zstd",
}  # fmt: skip
"""Lossless compressions of TIFF with Pillow's names."""
_FAX, _PREDICTED = ("tiff_ccitt", "group3", "group4"), ("tiff_lzw", "tiff_adobe_deflate", "lzma", "zstd")
_DEFLATE = "tiff_adobe_deflate"
"""The compression of what has no other."""
_PREDICTOR, _ROWS, _OPTIONS = 317, 278, 292
COLOURS = 256
"""Most colours of a palette."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file of another or the same format keeps of the properties of its origin.

    `own`: the origin has the same format, so that its metadata and coding are kept as they are. `comment` is added.
    """

    properties: Properties = NOTHING
    own: bool = False
    comment: str = ""


def encode(values: Values, name: str, kept: Kept) -> bytes:
    """Return the bytes of a file of the format `name`, Pillow's name of it.

    `values`: uint8, uint16 or float32 (H, W, C), C = 2 and 4 with alpha.
    """
    if name == "TIFF":
        return _tiff(values, kept)
    if name == "BMP" and values.shape[2] in (2, 4):
        return encode_bmp(values, kept.properties.resolution)
    deep = values.dtype.itemsize == 2 and values.shape[2] > 1
    if name == "PNG":
        return _png(png.encode_deep(values) if deep else _saved(_image(values, name, kept), name, {}), values, kept)
    options = {"JPEG": _jpeg, "WEBP": _webp}.get(name, _plain)(values, kept)
    if kept.properties.resolution or name == "BMP":  # which Pillow takes for a screen's otherwise
        options["dpi"] = kept.properties.resolution or (0, 0)
    data = _saved(_image(values, name, kept), name, options)
    return jpeg.write_segments(data, _segments(values, kept)) if name == "JPEG" else data


def stored(image: Pixels, depth: Depth) -> Values:
    """Return an image, float32 (H, W, ...) in [0, 1] or stored like that already, as values of `depth` bits, rounded."""
    import numpy as np

    if image.dtype.kind == "u":
        return image
    if depth == 32:
        return image.astype(np.float32)
    kind, white = np.uint8 if depth == 8 else np.uint16, np.float32(2**depth - 1)
    return in_parts(lambda part: np.rint(part * white).astype(kind), image)


def is_bilevel(values: Values) -> bool:
    """Return whether an image (H, W, C), integers or in [0, 1], is greyscale and black and white alone."""
    import numpy as np

    most = np.iinfo(values.dtype).max if values.dtype.kind == "u" else 1
    return values.shape[2] == 1 and bool(((values == 0) | (values == most)).all())


def indexed(values: Values) -> Image | None:
    """Return an 8-bit image (H, W, 1 or 3) with a palette, None where it has more than 256 colours."""
    import numpy as np
    from PIL import Image as Pillow

    packed = values.astype(np.uint32) @ np.array(
        [1 << 16, 1 << 8, 1] if values.shape[2] == 3 else [0x010101], np.uint32
    )
    colours, indices = np.unique(packed, return_inverse=True)
    if len(colours) > COLOURS:
        return None
    image = Pillow.fromarray(indices.reshape(packed.shape).astype(np.uint8))
    image.putpalette(colours.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:].tobytes())
    return image


def compression_for(values: Values, kept: Kept) -> str:
    """Return Pillow's name of the compression of a TIFF: its origin's where it holds the image, else deflate."""
    if not kept.own:
        return "raw"
    name = _COMPRESSIONS.get(kept.properties.coding.get("compression", 1), _DEFLATE)
    by_tifffile = _is_for_tifffile(values, kept)
    impossible = name in _FAX and not stays_bilevel(values, kept)
    return _DEFLATE if impossible or (by_tifffile and name not in ("raw", _DEFLATE)) else name


def stays_bilevel(values: Values, kept: Kept) -> bool:
    """Return whether an image is stored with one bit: it is black and white, and so was its origin."""
    return kept.properties.bits == 1 and not kept.properties.palette and is_bilevel(values)


def _is_for_tifffile(values: Values, kept: Kept) -> bool:
    """Return whether Pillow cannot store pixels so: several channels of 16 or 32 bits, or each in a plane of its own."""
    planar = bool(kept.own and kept.properties.coding.get("planar"))
    return values.shape[2] > 2 and (values.dtype.itemsize > 1 or planar)


def _image(values: Values, name: str, kept: Kept) -> Image:
    """Return an image as Pillow's, with one bit or a palette where its origin or format has them."""
    from PIL import Image as Pillow

    stored = kept.properties
    if name in ("PNG", "TIFF", "BMP", "PPM") and stays_bilevel(values, kept):
        return Pillow.fromarray(values[..., 0] > 0)
    if name == "GIF" or (name in ("PNG", "TIFF", "BMP") and values.dtype.itemsize == 1 and _has_few(stored)):
        image = indexed(values) if values.shape[2] in (1, 3) else None
        if image is not None and (stored.palette or name == "GIF" or len(image.getcolors() or ()) <= 1 << stored.bits):
            return image
    return Pillow.fromarray(values[..., 0] if values.shape[2] == 1 else values)


def _has_few(stored: Properties) -> bool:
    """Return whether the origin stores palette indices, or values with less than 8 bits."""
    return stored.palette or stored.bits < 8


def _saved(image: Image, name: str, options: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def _png(data: bytes, values: Values, kept: Kept) -> bytes:
    """Return a PNG with the metadata of its origin."""
    stored = kept.properties
    icc = stored.icc_for(_colours(values))
    chunks = [one for one in stored.blocks if one[0] != b"iCCP" or icc] if kept.own else []
    chunks += [png.profile_chunk(icc)] if icc and not kept.own else []
    chunks += [png.resolution_chunk(stored.resolution)] if stored.resolution else []
    chunks += [(b"eXIf", stored.exif)] if stored.exif else []
    chunks += [png.xmp_chunk(stored.xmp)] if stored.xmp else []
    chunks += [png.comment_chunk(kept.comment)] if kept.comment else []
    return png.write_chunks(data, chunks)


def _jpeg(values: Values, kept: Kept) -> dict[str, Any]:
    """Return how a JPEG is coded: as its origin, else with little loss; metadata of other formats."""
    coding = kept.properties.coding if kept.own else {}
    if not coding:
        options: dict[str, Any] = {"quality": 95, "subsampling": 0}
    else:
        options = {key: coding[key] for key in ("qtables", "subsampling", "progressive")}
    if not kept.own:
        options |= {"exif": exif.MARK + kept.properties.exif} if kept.properties.exif else {}
        options |= {"icc_profile": icc} if (icc := kept.properties.icc_for(_colours(values))) else {}
    return options


def _segments(values: Values, kept: Kept) -> list[jpeg.Segment]:
    """Return the segments of a JPEG's origin, its XMP packet, and the comment."""
    icc, xmp = kept.properties.icc_for(_colours(values)), kept.properties.xmp
    segments = [one for one in kept.properties.blocks if icc or not jpeg.is_profile(one)] if kept.own else []
    segments += [jpeg.xmp_segment(xmp)] if xmp else []
    return [*segments, *([(jpeg.COMMENT, kept.comment.encode())] if kept.comment else [])]


def _webp(values: Values, kept: Kept) -> dict[str, Any]:
    """Return the options of a lossless WebP with the metadata of its origin."""
    icc, xmp = kept.properties.icc_for(_colours(values)), kept.properties.xmp
    return {"lossless": True, "exact": True, "icc_profile": icc, "exif": kept.properties.exif, "xmp": xmp}


def _plain(_: Values, kept: Kept) -> dict[str, Any]:
    """Return the options of formats without metadata but a GIF's comment."""
    return {"comment": kept.properties.blocks[0]} if kept.own and kept.properties.blocks else {}


def _tiff(values: Values, kept: Kept) -> bytes:
    """Return a TIFF, stored as its origin as far as possible, with its tags."""
    stored, compression = kept.properties, compression_for(values, kept)
    bilevel = stays_bilevel(values, kept)
    tags = list(_tags(values, kept))
    if _is_for_tifffile(values, kept):
        return tiff.write_tags(_by_tifffile(values, compression, kept), tags)
    white_is_zero = bilevel and kept.own and stored.coding["white_is_zero"]
    image = _image(~values if white_is_zero else values, "TIFF", kept)
    tags += [tiff.white_is_zero()] if white_is_zero else []
    options: dict[str, Any] = {"compression": compression, "tiffinfo": {}}
    if kept.own and compression != "raw":
        coding = stored.coding
        options["tiffinfo"] |= {_ROWS: coding["rows"]} if 0 < coding["rows"] <= values.shape[0] else {}
        options["tiffinfo"] |= {_OPTIONS: coding["options"]} if compression == "group3" else {}
        predicted = compression in _PREDICTED and not bilevel and coding["predictor"] == 2 and values.dtype.kind == "u"
        options["tiffinfo"] |= {_PREDICTOR: 2} if predicted else {}
    if stored.resolution:
        options["dpi"] = stored.resolution
    return tiff.write_tags(_saved(image, "TIFF", options), tags)


def _tags(values: Values, kept: Kept) -> list[tiff.Tag]:
    """Return the tags of a TIFF's origin, or what its EXIF block and profile hold, and the comment."""
    stored, icc = kept.properties, kept.properties.icc_for(_colours(values))
    found = {tag.code: tag for tag in stored.blocks} if kept.own else {}
    if not kept.own and stored.exif:
        found = {code: tag for code, tag in tiff.read_tags(io.BytesIO(stored.exif)).items() if code in tiff.KEPT}
    found.pop(tiff.ICC, None)
    if icc:
        found[tiff.ICC] = tiff.Tag(tiff.ICC, 7, icc)
    if stored.xmp:
        found[tiff.XMP] = tiff.Tag(tiff.XMP, 1, stored.xmp)
    if kept.comment:
        before = found[tiff.DESCRIPTION].data.rstrip(b"\0") + b"\n" if tiff.DESCRIPTION in found else b""
        found[tiff.DESCRIPTION] = tiff.Tag(tiff.DESCRIPTION, 2, before + kept.comment.encode() + b"\0")
    return list(found.values())


def _by_tifffile(values: Values, compression: str, kept: Kept) -> bytes:
    """Return a TIFF (H, W, C), C = 3 or 4, with 16 bits or planes."""
    from tifffile import imwrite

    stored, buffer = kept.properties, io.BytesIO()
    coding = stored.coding if kept.own else {}
    planar, packed = bool(coding.get("planar")), compression == _DEFLATE
    imwrite(
        buffer,
        values.transpose(2, 0, 1) if planar else values,
        photometric="rgb",
        extrasamples=["unassalpha"] if values.shape[2] == 4 else None,
        planarconfig="separate" if planar else "contig",
        compression="adobe_deflate" if packed else None,
        predictor=True if packed and coding.get("predictor") == 2 and values.dtype.kind == "u" else None,
        rowsperstrip=min(coding["rows"], values.shape[0]) if coding.get("rows") else None,
        resolution=stored.resolution,
        resolutionunit="INCH" if stored.resolution else None,
        metadata=None,
        software=False,
    )
    return buffer.getvalue()


def _colours(values: Values) -> int:
    """Return the number of channels without alpha."""
    return 1 if values.shape[2] < 3 else 3

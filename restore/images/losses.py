"""What a result cannot keep of the file that it is made from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from restore.images.encoder import Kept, compression_for, indexed, stays_bilevel, stored
from restore.images.outputs import SHOWN, same_format

if TYPE_CHECKING:
    from restore.images.image_file import ImageFile, Pixels

_WITHOUT_METADATA = ("BMP", "GIF", "PPM")
_WITHOUT_RESOLUTION = ("GIF", "PPM", "WEBP")
_COMPRESSIONS = {2: "CCITT", 3: "Group 3", 4: "Group 4", 5: "LZW", 6: "JPEG", 7: "JPEG", 32773: "PackBits"}


def losses(like: ImageFile, image: Pixels, name: str) -> list[str]:
    """Return a note for each property of a file that a result made from it, written in the format `name`, does not keep.

    `image`: the result (H, W, 1 or 3), float32 in [0, 1] or stored already.
    """
    missing = ", ".join(_missing(like, image, name))
    notes = [f"not kept in the {SHOWN.get(name, name)} result: {missing}"] if missing else []
    if name == "WEBP" and image.shape[2] == 1:
        notes.append("greyscale stored as RGB, as WebP has no greyscale")
    return [*notes, *_stored(like, image, name)]


def _missing(like: ImageFile, image: Pixels, name: str) -> Iterator[str]:
    """Yield the names of metadata that are lost."""
    had, own = like.properties, same_format(like.format) == name
    if had.icc and (name in _WITHOUT_METADATA or not had.icc_for(image.shape[2])):
        yield "ICC profile"
    if had.exif and name in _WITHOUT_METADATA:
        yield "EXIF data"
    if had.xmp and name in _WITHOUT_METADATA:
        yield "XMP data"
    if had.text and not own:
        yield "texts and comments"
    if had.resolution and name in _WITHOUT_RESOLUTION:
        yield "resolution"
    yield from had.others


def _stored(like: ImageFile, image: Pixels, name: str) -> Iterator[str]:
    """Yield notes on pixels that are stored in another way."""
    had, kept = like.properties, Kept(like.properties, own=same_format(like.format) == name)
    if not kept.own:
        return
    values = stored(image, like.depth)
    if had.bits == 1 and not had.palette and not stays_bilevel(values, kept):
        yield "1-bit image stored with 8 bits: the result has grey values"
    if had.palette and name != "GIF" and indexed(values) is None:
        yield "palette not kept: the result has more than 256 colours"
    if name == "TIFF":
        number, used = had.coding.get("compression", 1), compression_for(values, kept)
        if used == "tiff_adobe_deflate" and number not in (8, 32946):
            yield f"{_COMPRESSIONS.get(number, f'compression {number}')} not kept: the result is compressed by Deflate"
    if name == "JPEG" and had.coding.get("unusual"):
        yield "chroma subsampling not kept: the result has full chroma resolution"
    if name == "WEBP" and had.coding.get("lossy"):
        yield "lossy coding not kept: the result is lossless, and larger"
    if name == "BMP" and had.coding.get("compression", 0) in (1, 2):
        yield "run-length coding not kept: the result is not compressed"

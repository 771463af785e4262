"""The writer of image files."""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.errors import WorkError
from restore.images.image_file import Depth, ImageFile
from restore.images.outputs import format_for
from restore.system.files import write_whole
from restore.text import show

if TYPE_CHECKING:
    from restore.images.image_file import Pixels, Samples


def write(
    path: str | os.PathLike[str],
    image: Pixels,
    *,
    depth: Depth | None = None,
    like: ImageFile | None = None,
    comment: str = "",
    overwrite: bool = False,
) -> None:
    """Write an image, float32 (H, W, C) in [0, 1] with C = 1 or 3, as PNG, TIFF, BMP or JPEG by the path's ending.

    `depth` is the bits of a stored value, by default those of `like`, else 8; the alpha of `like` is put back where
    its shape is the image's, and its dots per inch, if any, are written. `comment` is written where the format has a
    place for it (BMP has none). The file is written whole or not at all. Raises `RequestError` for a format that is not
    written or does not hold the image, and for a path that is taken; `WorkError` where writing fails.
    """
    path = Path(path)
    about = _About(comment, like.dpi if like else None)
    data = _encode(image, path, depth or (like.depth if like else 8), like.alpha if like else None, about)
    write_whole(path, data, overwrite=overwrite)


@dataclass(frozen=True, slots=True)
class _About:
    """What a file holds besides its pixels."""

    comment: str
    dpi: float | None


def _encode(image: Pixels, path: Path, depth: Depth, alpha: Pixels | None, about: _About) -> bytes:
    """Return the bytes of an image file."""
    import numpy as np
    from PIL import Image as Pillow

    if image.ndim != 3 or image.shape[2] not in (1, 3) or not (image.min() >= 0 and image.max() <= 1):
        what = f"not an image (H, W, 1 or 3) with values from 0 to 1: {image.shape}"
        raise WorkError(what, code="not-an-image", where=show(path))
    if alpha is not None and alpha.shape == image.shape[:2]:
        image = np.concatenate([image, alpha[..., None]], axis=2)
    name = format_for(path, image.shape[2], depth)
    if depth == 32:
        values: Samples = image.astype(np.float32)
    else:
        values = np.rint(image * (2**depth - 1)).astype(np.uint8 if depth == 8 else np.uint16)
    values = values[..., 0] if values.shape[2] == 1 else values
    if values.ndim == 3 and depth > 8:  # Pillow writes these with 8 bits only
        return _deep_png(values, about) if name == "PNG" else _deep_tiff(values, about)
    buffer = io.BytesIO()
    options: dict[str, Any] = {"quality": 95, "subsampling": 0} if name == "JPEG" else {}
    if about.comment and name != "BMP":
        options |= _commenting(name, about.comment)
    if about.dpi or name == "BMP":  # which Pillow takes for a screen's otherwise
        options["dpi"] = (about.dpi or 0, about.dpi or 0)
    Pillow.fromarray(values).save(buffer, name, **options)
    return buffer.getvalue()


def _commenting(name: str, comment: str) -> dict[str, Any]:
    """Return the options by which Pillow writes a comment into a format."""
    from PIL.PngImagePlugin import PngInfo

    if name == "PNG":
        info = PngInfo()
        info.add_text("Comment", comment)
        return {"pnginfo": info}
    return {"description": comment} if name == "TIFF" else {"comment": comment.encode()}


def _deep_png(values: Samples, about: _About) -> bytes:
    """Return a 16-bit PNG of values (H, W, C), C = 2, 3 or 4 (PNG specification, third edition, section 5)."""
    import numpy as np

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width, channels = values.shape
    colour = {2: 4, 3: 2, 4: 6}[channels]
    lines = values.astype(">u2").reshape(height, -1).view(np.uint8)
    rows = np.insert(lines, 0, 0, axis=1)  # each row begins with the number of its filter: none
    header = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0)
    a_metre = round((about.dpi or 0) / 0.0254)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + (chunk(b"pHYs", struct.pack(">IIB", a_metre, a_metre, 1)) if a_metre else b"")
        + (chunk(b"tEXt", b"Comment\0" + about.comment.encode("latin-1", "replace")) if about.comment else b"")
        + chunk(b"IDAT", zlib.compress(rows.tobytes()))
        + chunk(b"IEND", b"")
    )


def _deep_tiff(values: Samples, about: _About) -> bytes:
    """Return a 16-bit TIFF of values (H, W, C), C = 3 or 4."""
    from tifffile import imwrite

    buffer = io.BytesIO()
    alpha = ["unassalpha"] if values.shape[2] == 4 else None
    imwrite(
        buffer,
        values,
        photometric="rgb",
        extrasamples=alpha,
        planarconfig="contig",
        description=about.comment or None,
        resolution=(about.dpi, about.dpi) if about.dpi else None,
        resolutionunit="INCH" if about.dpi else None,
        metadata=None,
    )
    return buffer.getvalue()

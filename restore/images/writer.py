"""The writer of image files."""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restore.errors import RequestError, WorkError
from restore.images.picture import WRITTEN, Depth, Picture
from restore.system.files import require_free
from restore.text import show

if TYPE_CHECKING:
    from restore.images.picture import Pixels, Samples

_DEPTHS: dict[str, tuple[Depth, ...]] = {"PNG": (8, 16), "TIFF": (8, 16, 32), "BMP": (8,), "JPEG": (8,)}


def write(
    path: str | os.PathLike[str],
    image: Pixels,
    *,
    depth: Depth | None = None,
    like: Picture | None = None,
    comment: str = "",
    overwrite: bool = False,
) -> None:
    """Write an image, float32 (H, W, C) in [0, 1] with C = 1 or 3, as PNG, TIFF, BMP or JPEG by the path's ending.

    `depth` is the bits of a stored value, by default those of `like`, else 8; the alpha of `like` is put back where
    its shape is the image's, and its dots per inch are written, none where it tells none. `comment` is written where
    the format has a place for it (BMP has none). The file appears whole or not at all. Raises `RequestError` for an
    ending or depth that is not written and for a file that exists, `WorkError` where writing fails.
    """
    path = Path(path)
    require_free(path, overwrite=overwrite)
    about = _About(comment, like.dpi if like else None)
    data = _encode(image, path, depth or (like.depth if like else 8), like.alpha if like else None, about)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise WorkError(f"the picture cannot be written: {error.strerror}", where=show(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def format_for(path: Path, channels: int, depth: Depth) -> str:
    """Return Pillow's name of the format that a path's ending asks for.

    Raises `RequestError` where that is none which is written, or does not hold `channels` (1 or 3, 2 or 4 with alpha)
    of `depth` bits a value.
    """
    name = WRITTEN.get(path.suffix.lower())
    if name is None:
        raise RequestError(
            f"{path.suffix or 'no ending'} is not written", where=show(path), hint=f"one of {', '.join(WRITTEN)}"
        )
    if depth not in _DEPTHS[name]:
        raise RequestError(f"{name} does not hold {depth} bits a value", where=show(path), hint="write .png or .tif")
    if channels in (2, 4) and name in ("JPEG", "BMP"):  # BMP has no agreed place for it: readers differ
        raise RequestError(f"{name} holds no alpha", where=show(path), hint="write .png or .tif")
    if name == "TIFF" and (depth, channels) in ((16, 2), (32, 2), (32, 3), (32, 4)):
        what = f"TIFF with {depth} bits a value is not written with {channels} channels, since few programs read it"
        raise RequestError(what, where=show(path), hint="write .png with 16 bits")
    return name


@dataclass(frozen=True, slots=True)
class _About:
    """What a file tells besides its pixels."""

    comment: str
    dpi: float | None


def _encode(image: Pixels, path: Path, depth: Depth, alpha: Pixels | None, about: _About) -> bytes:
    """Return the bytes of an image file."""
    import numpy as np
    from PIL import Image as Pillow

    if image.ndim != 3 or image.shape[2] not in (1, 3) or not (image.min() >= 0 and image.max() <= 1):
        raise WorkError(f"no image (H, W, 1 or 3) with values from 0 to 1: {image.shape}", where=show(path))
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
    """Return how Pillow is told to write a comment into a format."""
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

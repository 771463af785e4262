"""The image files that are written: their endings, what each format holds, and the names of files beside a result."""

from __future__ import annotations

from pathlib import Path

from restore.errors import RequestError
from restore.images.image_file import Depth
from restore.text import show

WRITTEN = {".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""Endings that are written, with Pillow's name of the format."""
_DEPTHS: dict[str, tuple[Depth, ...]] = {"PNG": (8, 16), "TIFF": (8, 16, 32), "BMP": (8,), "JPEG": (8,)}


def format_of(path: Path) -> str:
    """Return Pillow's name of the format of a path's ending; raises `RequestError` for one that is not written."""
    name = WRITTEN.get(path.suffix.lower())
    if name is None:
        what = f"cannot write {path.suffix or 'a file without an ending'}"
        raise RequestError(what, code="format-not-written", where=show(path), hint=f"supported: {' '.join(WRITTEN)}")
    return name


def format_for(path: Path, channels: int, depth: Depth) -> str:
    """Return `format_of` a path.

    Raises `RequestError` where the format does not hold `channels` (1 or 3, 2 or 4 with alpha) of `depth` bits a value.
    """

    def unfit(what: str, hint: str = "write .png or .tif") -> RequestError:
        return RequestError(what, code="format-unfit", where=show(path), hint=hint)

    name = format_of(path)
    if depth not in _DEPTHS[name]:
        raise unfit(f"{name} does not hold {depth} bits per sample")
    if channels in (2, 4) and name in ("JPEG", "BMP"):  # BMP has no agreed place for it: readers differ
        raise unfit(f"{name} holds no alpha")
    if name == "TIFF" and (depth, channels) in ((16, 2), (32, 2), (32, 3), (32, 4)):
        what = f"cannot write TIFF with {channels} channels of {depth} bits: few programs read it"
        raise unfit(what, "write .png with 16 bits")
    return name


def mask_path(target: Path) -> Path:
    """Return the path of a result's mask: `NAME.mask.png` beside it."""
    return target.with_name(f"{target.stem}.mask.png")

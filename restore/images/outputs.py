"""The image files that are written: their endings, what each format holds, and the names of files beside a result."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import RequestError
from restore.images.image_file import Depth
from restore.text import did_you_mean, show

if TYPE_CHECKING:
    from restore.images.image_file import Pixels

WRITTEN = {
    ".png": "PNG", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP", ".jpg": "JPEG", ".jpeg": "JPEG",
    ".webp": "WEBP", ".gif": "GIF", ".pgm": "PPM", ".ppm": "PPM", ".pnm": "PPM",
}  # fmt: skip
"""Endings that are written, with Pillow's name of the format."""
SHOWN = {"PPM": "PNM", "WEBP": "WebP", "JPEG2000": "JPEG 2000"}
"""Names of formats where they differ from Pillow's."""
_VARIANTS = {"MPO": "JPEG", "DIB": "BMP"}
"""Formats that are written as another, of which they are variants."""
_DEPTHS: dict[str, tuple[Depth, ...]] = {"PNG": (8, 16), "TIFF": (8, 16, 32), "PPM": (8, 16)}
"""Bits of a stored value by format; others hold 8."""
_OPAQUE = ("JPEG", "BMP", "GIF", "PPM")
"""Formats without alpha. BMP has no agreed place for it: readers differ, so that only images from BMP keep it there. GIF has pixels that are transparent or not."""
_CHANNELS = {".pgm": 1, ".ppm": 3}
_WEBP_MOST = 16383
"""Pixels of a side of a WebP image."""


def format_of(path: Path) -> str:
    """Return Pillow's name of the format of a path's ending; raises `RequestError` for one that is not written."""
    name = WRITTEN.get(path.suffix.lower())
    if name is None:
        what = f"cannot write {path.suffix or 'a file without an ending'}"
        raise RequestError(what, code="format-not-written", where=show(path), hint=f"supported: {' '.join(WRITTEN)}")
    return name


def parse_ending(text: str) -> str:
    """Return the ending, such as `.png`, that a user gives for results; raises `RequestError` for one not written."""
    ending = f".{text.lower().removeprefix('.')}"
    if ending not in WRITTEN:
        names = [one[1:] for one in WRITTEN]
        hint = did_you_mean(ending[1:], names) or f"available: {', '.join(names)}"
        raise RequestError(f"unknown format {text!r}", code="unknown-value", where="--format", hint=hint)
    return ending


def same_format(name: str) -> str:
    """Return the format in which a file of the format `name` is written again, both in Pillow's names."""
    return _VARIANTS.get(name, name)


def require_fit(
    name: str, image: Pixels, depth: Depth, *, alpha: bool, where: str, ending: str = "", own: bool = False
) -> None:
    """Raise `RequestError` where a format does not hold an image without loss, JPEG's own aside.

    `image`: (H, W, 1 or 3), float32 in [0, 1] or stored already, to be stored with `depth` bits a value and, where it has one, an `alpha`.
    `own`: the image comes from a file of this format.
    """
    channels, shown = image.shape[2], SHOWN.get(name, name)

    def unfit(what: str, hint: str = "choose another format: --format png or tif") -> RequestError:
        return RequestError(what, code="format-unfit", where=where, hint=hint)

    if depth not in _DEPTHS.get(name, (8,)):
        raise unfit(f"{shown} does not hold {depth} bits per sample")
    if alpha and name in _OPAQUE and not (own and name == "BMP"):
        raise unfit(f"{shown} holds no alpha")
    if name == "TIFF" and (depth, channels + alpha) in ((16, 2), (32, 2)):
        what = f"cannot write TIFF with {channels + alpha} channels of {depth} bits: few programs read it"
        raise unfit(what)
    if name == "PPM" and depth == 16 and channels == 3:
        raise unfit("cannot write PNM with 3 channels of 16 bits: few programs read it")
    if ending in _CHANNELS and channels != _CHANNELS[ending]:
        other = next(one for one in _CHANNELS if one != ending)
        raise unfit(f"{ending} holds {'greyscale' if channels == 3 else 'colour'} images only", f"--format {other[1:]}")
    if name == "WEBP" and max(image.shape[:2]) > _WEBP_MOST:
        raise unfit(f"WebP holds {_WEBP_MOST:,} pixels a side at most")
    if name == "GIF" and channels == 3 and not _has_few_colours(image):
        raise unfit("GIF holds 256 colours at most")


def mask_path(target: Path) -> Path:
    """Return the path of a result's mask: `NAME.mask.png` beside it."""
    return target.with_name(f"{target.stem}.mask.png")


def _has_few_colours(image: Pixels) -> bool:
    from restore.images.encoder import indexed, stored

    return indexed(stored(image, 8)) is not None

"""One guarded reader and one writer of image files."""

from __future__ import annotations

from restore.images.alpha import ALPHAS, Alpha, parse_alpha, without_alpha
from restore.images.mask import read_mask
from restore.images.picture import ENDINGS, MAX_PIXELS, WRITTEN, Depth, Picture, is_grey, to_channels
from restore.images.reader import look, read, read_dpi
from restore.images.writer import format_for, write

__all__ = [
    "ALPHAS",
    "ENDINGS",
    "MAX_PIXELS",
    "WRITTEN",
    "Alpha",
    "Depth",
    "Picture",
    "format_for",
    "is_grey",
    "look",
    "parse_alpha",
    "read",
    "read_dpi",
    "read_mask",
    "to_channels",
    "without_alpha",
    "write",
]

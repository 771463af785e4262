"""One guarded reader and one writer of image files, and the image files below a folder."""

from __future__ import annotations

from restore.images.alpha import ALPHAS, Alpha, parse_alpha, without_alpha
from restore.images.image_file import MAX_PIXELS, Depth, ImageFile, is_grey, to_channels
from restore.images.mask import read_mask
from restore.images.outputs import WRITTEN, format_for, format_of, mask_path
from restore.images.reader import look, read, read_dpi
from restore.images.scan import ENDINGS, Found, State, find_images, require_unchanged, state_of
from restore.images.writer import write

__all__ = [
    "ALPHAS",
    "ENDINGS",
    "MAX_PIXELS",
    "WRITTEN",
    "Alpha",
    "Depth",
    "Found",
    "ImageFile",
    "State",
    "find_images",
    "format_for",
    "format_of",
    "is_grey",
    "look",
    "mask_path",
    "parse_alpha",
    "read",
    "read_dpi",
    "read_mask",
    "require_unchanged",
    "state_of",
    "to_channels",
    "without_alpha",
    "write",
]

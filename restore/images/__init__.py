"""One guarded reader and one writer of image files, and the image files below a folder."""

from __future__ import annotations

from restore.images.alpha import ALPHAS, Alpha, parse_alpha, without_alpha
from restore.images.image_file import MAX_PIXELS, NO_FORMATS, Depth, Formats, ImageFile, is_grey, to_channels
from restore.images.losses import losses
from restore.images.mask import read_mask
from restore.images.outputs import SHOWN, WRITTEN, format_of, mask_path, parse_ending, require_fit, same_format
from restore.images.properties import Properties
from restore.images.reader import look, read, read_dpi, read_size
from restore.images.scan import ENDINGS, Found, State, find_images, require_unchanged, state_of
from restore.images.writer import encoded, write

__all__ = [
    "ALPHAS",
    "ENDINGS",
    "MAX_PIXELS",
    "NO_FORMATS",
    "SHOWN",
    "WRITTEN",
    "Alpha",
    "Depth",
    "Formats",
    "Found",
    "ImageFile",
    "Properties",
    "State",
    "encoded",
    "find_images",
    "format_of",
    "is_grey",
    "look",
    "losses",
    "mask_path",
    "parse_alpha",
    "parse_ending",
    "read",
    "read_dpi",
    "read_mask",
    "read_size",
    "require_fit",
    "require_unchanged",
    "same_format",
    "state_of",
    "to_channels",
    "without_alpha",
    "write",
]

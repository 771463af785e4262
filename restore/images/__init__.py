"""One guarded reader and one writer of image files."""

from __future__ import annotations

from restore.images.picture import ENDINGS, MAX_PIXELS, WRITTEN, Depth, Picture, is_grey, show, to_channels
from restore.images.reader import missing, read
from restore.images.writer import write

__all__ = [
    "ENDINGS",
    "MAX_PIXELS",
    "WRITTEN",
    "Depth",
    "Picture",
    "is_grey",
    "missing",
    "read",
    "show",
    "to_channels",
    "write",
]

"""What an image file holds besides its pixels, and how it stores them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Resolution: TypeAlias = tuple[float | None, float | None]
"""Horizontal and vertical resolution in dots per inch, None where there is none."""
FINEST = 0xFFFF
"""Highest resolution in dots per inch that every format can store."""
_SPACES = {1: b"GRAY", 3: b"RGB "}
"""Colour spaces in the header of an ICC profile by the image's number of channels (ICC.1:2022, table 19)."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What an image file holds besides its pixels, and how it stores them.

    `dpi`: its resolution. `icc`: an ICC profile. `exif`: an EXIF block, a TIFF structure, of an upright image and
    without its thumbnail. `xmp`: an XMP packet of an upright image. `blocks`: text, colour and other metadata as the format itself holds them: PNG chunks, JPEG
    segments, TIFF tags, a GIF's comment. `text`: whether texts or comments are among them. `others`: names of metadata that
    a changed image cannot keep. `bits`: bits of a stored sample or palette index. `palette`: pixels are stored as
    indices. `coding`: settings of the format's encoder.
    """

    dpi: Resolution = (None, None)
    icc: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    blocks: tuple[Any, ...] = ()
    text: bool = False
    others: tuple[str, ...] = ()
    bits: int = 8
    palette: bool = False
    coding: Mapping[str, Any] = field(default_factory=dict)

    @property
    def resolution(self) -> tuple[float, float] | None:
        """Return the resolution where formats can store it: 1 to `FINEST` dots per inch on both axes."""
        across, down = self.dpi
        possible = across and down and min(across, down) >= 1 and max(across, down) <= FINEST
        return (across, down) if across and down and possible else None

    def icc_for(self, channels: int) -> bytes:
        """Return the ICC profile where its colour space is that of an image with 1 or 3 `channels`, else nothing."""
        return self.icc if self.icc[16:20] == _SPACES[channels] else b""


NOTHING = Properties()
"""The properties of an image that comes from no file."""

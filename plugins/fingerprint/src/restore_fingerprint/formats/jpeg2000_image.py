"""JPEG 2000, the compression of prints at 1000 dpi (NIST SP 500-289), by Pillow where it keeps all bits."""

from __future__ import annotations

from PIL import Image, Jpeg2KImagePlugin  # noqa: TID253 - this module is imported to read JPEG 2000, and only then

from restore.api import InputError

NAME = "RESTORE-JPEG2000"
_CODESTREAM = b"\xff\x4f\xff\x51"
_COMPONENTS = 40
"""Where the number of components stands behind the beginning of a codestream (ITU-T T.800, annex A.5.1)."""
_HEAD = 1 << 16
"""Bytes in which a codestream begins."""


def register() -> str:
    """Make Pillow read JPEG 2000 with 8 or 16 bits, and return its name there."""
    if NAME not in Image.OPEN:
        Image.register_open(NAME, Jpeg2000Image, _accept)
    return NAME


class Jpeg2000Image(Jpeg2KImagePlugin.Jpeg2KImageFile):
    """A JPEG 2000 image whose values Pillow does not round or shift: 8 bits, or 16 in a single channel."""

    def _open(self) -> None:
        assert self.fp is not None
        self.fp.seek(0)
        head = self.fp.read(_HEAD)
        self.fp.seek(0)
        super()._open()
        start = head.find(_CODESTREAM)
        if start < 0:
            raise SyntaxError("JPEG 2000 without a codestream")
        first = start + _COMPONENTS
        count = int.from_bytes(head[first : first + 2], "big")
        sizes = head[first + 2 : first + 2 + 3 * count : 3]
        if not sizes or any(one != 7 and (one, count) != (15, 1) for one in sizes):
            bits = (max(sizes, default=0) & 0x7F) + 1
            raise InputError(
                f"JPEG 2000 with {count} channels of {bits} bits is not supported",
                code="unsupported-mode",
                hint="save it with 8 bits, or with 16 bits and one channel",
            )


def _accept(prefix: bytes) -> bool:
    return prefix.startswith((_CODESTREAM, b"\0\0\0\x0cjP  \r\n\x87\n"))

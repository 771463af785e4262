"""The exchange formats of prints: WSQ and JPEG 2000, read by this plugin's datasets and by `restore corrupt`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

WSQ = (".wsq",)
JPEG2000 = (".jp2", ".j2k", ".j2c", ".jpc", ".jpx")
"""Endings of the formats' files."""


def wsq() -> str:
    """Make Pillow read WSQ, and return its name there; raises `RequestError` where the package `wsq` is missing."""
    from restore_fingerprint.formats.wsq_image import register

    return register()


def jpeg2000() -> str:
    """Make Pillow read JPEG 2000 with 8 or 16 bits, and return its name there."""
    from restore_fingerprint.formats.jpeg2000_image import register

    return register()


FORMATS: Mapping[str, Callable[[], str]] = {**dict.fromkeys(WSQ, wsq), **dict.fromkeys(JPEG2000, jpeg2000)}
"""The formats by ending, for `FolderSource`."""

"""WSQ, the FBI's compression of prints at 500 dpi (IAFIS-IC-0110), by the package `wsq`, in a process of its own.

The decoder, NIST's NBIS in C, writes to stderr and crashes on some corrupt files.
"""

from __future__ import annotations

import importlib.util
import re
import struct
import subprocess
import sys
from typing import IO

from PIL import Image, ImageFile  # noqa: TID253 - this module is imported to read WSQ, and only then

from restore.api import RequestError

NAME = "RESTORE-WSQ"
SECONDS, SPEED = 20, 10**5
"""For starting Python on a busy machine, and bytes a second, a tenth of what was measured."""
_START, _FRAME, _SKIPPED = b"\xff\xa0", 0xA2, range(0xA3, 0xA9)
_PPI = re.compile(rb"^PPI (\d{1,5})$", re.MULTILINE)
"""The resolution in a comment of the kind NIST_COM."""
_CHILD = """
import contextlib, importlib.machinery, importlib.util, sys
path, most = sys.argv[1], int(sys.argv[2])
with contextlib.suppress(ImportError, OSError, ValueError):
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
loader = importlib.machinery.ExtensionFileLoader("_wsq", path)
decoder = importlib.util.module_from_spec(importlib.util.spec_from_loader("_wsq", loader))
loader.exec_module(decoder)
sys.stdout.buffer.write(bytes(decoder.decompress(sys.stdin.buffer.read())[0]))
"""
"""The program of the process: path of the decoder and bytes of memory as arguments, WSQ on stdin, pixels on stdout."""
_ROOM, _PER_PIXEL = 1 << 30, 64
"""Bytes of memory of the process."""


def register() -> str:
    """Make Pillow read WSQ, and return its name there; raises `RequestError` where the package `wsq` is missing."""
    if importlib.util.find_spec("_wsq") is None:
        raise RequestError(
            "reading WSQ needs the package wsq, which is not installed",
            code="missing-extra",
            hint='uv pip install "restore-fingerprint[wsq]"',
        )
    if NAME not in Image.OPEN:
        Image.register_open(NAME, WsqImage, _accept)
        Image.register_decoder(NAME, _Decoder)
    return NAME


class WsqImage(ImageFile.ImageFile):
    """A print in WSQ: 8-bit greyscale, with its resolution where a comment says it."""

    format = "WSQ"
    format_description = "Wavelet scalar quantisation"

    def _open(self) -> None:
        assert self.fp is not None
        comments, size = _read_header(self.fp)
        self._mode, self._size = "L", size
        if found := _PPI.search(comments):
            self.info["dpi"] = (float(found[1]), float(found[1]))
        self.tile = [ImageFile._Tile(NAME, (0, 0, *size), 0, "L")]  # noqa: SLF001 - as Pillow's own formats do


class _Decoder(ImageFile.PyDecoder):
    """Decodes a whole file."""

    _pulls_fd = True

    def decode(self, _: object) -> tuple[int, int]:
        """Decode the file; raises OSError where it is corrupt."""
        assert self.fd is not None
        assert self.state is not None
        self.fd.seek(0)
        count = self.state.xsize * self.state.ysize
        pixels = _decompress(self.fd.read(), _ROOM + _PER_PIXEL * count)
        if len(pixels) != count:
            raise OSError("WSQ data of another size than in its header")
        self.set_as_raw(pixels)
        return -1, 0


def _accept(prefix: bytes) -> bool:
    return prefix.startswith(_START)


def _read_header(file: IO[bytes]) -> tuple[bytes, tuple[int, int]]:
    """Return the comments before the frame header of an open WSQ, and its width and height; raises OSError without one."""
    comments = b""
    file.seek(len(_START))
    while len(head := file.read(4)) == 4:
        marker, length = struct.unpack(">HH", head)
        if marker == 0xFF00 | _FRAME:
            height, width = struct.unpack_from(">HH", file.read(6), 2)
            return comments, (width, height)
        if marker & 0xFF not in _SKIPPED or length < 2:
            break
        body = file.read(length - 2)
        comments += body + b"\n" if marker == 0xFFA8 else b""
    raise OSError("WSQ without a frame header")


def _decompress(data: bytes, memory: int) -> bytes:
    """Return the pixels of a WSQ; raises OSError where its decoder refuses it, crashes, or takes too long or too much."""
    spec = importlib.util.find_spec("_wsq")
    assert spec
    assert spec.origin
    command = [sys.executable, "-I", "-S", "-c", _CHILD, spec.origin, str(memory)]
    try:
        done = subprocess.run(  # noqa: S603 - own code
            command, input=data, capture_output=True, timeout=SECONDS + len(data) / SPEED, check=True
        )
    except subprocess.SubprocessError as error:
        raise OSError("its WSQ decoder cannot read it") from error
    return done.stdout

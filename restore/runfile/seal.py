"""The user block before the HDF5 bytes: one line that seals everything after it, one line of JSON for listings."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BLOCK = 4096  # bytes, an HDF5 user block
VERSION = 1
LIMIT = 2**32  # bytes of the largest run file: best and last weights with two optimizer slots of 250 million weights
PREFIX = b"restore-run "
MAX_LINE = 128  # bytes; the seal's line has at most 116
MAX_SUMMARY = BLOCK - MAX_LINE - 1  # bytes of the JSON line, its end counted apart
_LINE = re.compile(rb"restore-run ([1-9][0-9]{0,4}) sha256=([0-9a-f]{64}) bytes=([0-9]{1,15})\n")
_CHECK = re.compile(rb'(\{.*),"check":"([0-9a-f]{64})"\}', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seal:
    """The first line: `version` of the block, SHA-256 (hex) and number of the bytes after the line, its own length."""

    version: int
    sha256: str
    size: int
    length: int


def seal(buffer: io.BytesIO, summary: bytes) -> memoryview:
    """Write both lines into the empty user block of a file in memory; return the whole file.

    `summary` is one line as `checked` gives it, at most `MAX_SUMMARY` bytes; raises ValueError for a longer one.
    """
    if len(summary) > MAX_SUMMARY or b"\n" in summary:
        raise ValueError("a summary is one line that fits the user block")
    file = buffer.getbuffer()
    start = b"%s%d sha256=%s bytes=" % (PREFIX, VERSION, b"0" * 64)
    for digits in range(1, 16):
        # The length counts what follows its own line, so a leading zero may be needed to make both agree.
        size = len(file) - len(start) - digits - 1
        if len(str(size)) <= digits:
            break
    length = len(file) - size
    rest = summary + b"\n"
    file[length : length + len(rest)] = rest
    sha256 = hashlib.sha256(file[length:]).hexdigest()
    file[:length] = b"%s%d sha256=%s bytes=%0*d\n" % (PREFIX, VERSION, sha256.encode(), digits, size)
    return file


def parse(block: bytes) -> Seal | None:
    """Return the seal at the start of a file; None where the first line is no seal."""
    match = _LINE.match(block)
    if match is None:
        return None
    return Seal(int(match[1]), match[2].decode(), int(match[3]), match.end())


def checked(fields: Mapping[str, Any]) -> bytes:
    """Return fields as one line of JSON with its own SHA-256 as the last field, `check`, over all before it."""
    # A lone surrogate (a file name that is no UTF-8) comes out as the escape that JSON has for it.
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    body = text.encode("utf-8", "backslashreplace")[:-1]
    return b'%s,"check":"%s"}' % (body, hashlib.sha256(body).hexdigest().encode())


def fields(block: bytes, start: int) -> dict[str, Any] | None:
    """Return the fields of the summary that begins at `start` of a whole user block; None where it is damaged."""
    line, end, padding = block[start:BLOCK].partition(b"\n")
    match = _CHECK.fullmatch(line)
    if match is None or not end or padding.count(0) != len(padding):
        return None
    if hashlib.sha256(match[1]).hexdigest() != match[2].decode():
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def content(data: bytes | memoryview) -> str:
    """Return SHA-256 (hex) of what follows the user block."""
    return hashlib.sha256(memoryview(data)[BLOCK:]).hexdigest()

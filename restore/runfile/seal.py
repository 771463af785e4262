"""The user block before the HDF5 bytes: a line that seals everything after it, and a line of JSON for listings."""

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
    """The first line: `version` of the block, SHA-256 (hex) and `size` of the bytes after it, and its own `length`."""

    version: int
    sha256: str
    size: int
    length: int


def seal(buffer: io.BytesIO, summary: bytes) -> memoryview:
    """Write both lines into the empty user block of a file in memory; returns the whole file.

    `summary` is one line as returned by `checked`, at most `MAX_SUMMARY` bytes; raises ValueError for a longer one.
    """
    if len(summary) > MAX_SUMMARY or b"\n" in summary:
        raise ValueError("a summary must be one line that fits the user block")
    file = buffer.getbuffer()
    start = b"%s%d sha256=%s bytes=" % (PREFIX, VERSION, b"0" * 64)
    for digits in range(1, 16):
        # The size counts the bytes after its own line, so a leading zero may be needed to make both agree.
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
    """Return the seal at the start of a file; None where the first line is not a seal."""
    match = _LINE.match(block)
    if match is None:
        return None
    return Seal(int(match[1]), match[2].decode(), int(match[3]), match.end())


def checked(fields: Mapping[str, Any]) -> bytes:
    """Return fields as one line of JSON with its own SHA-256 as the last field, `check`, over all before it."""
    # A lone surrogate (from a file name that is not UTF-8) becomes its JSON escape.
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    body = text.encode("utf-8", "backslashreplace")[:-1]
    return b'%s,"check":"%s"}' % (body, hashlib.sha256(body).hexdigest().encode())


def fields(block: bytes, start: int) -> dict[str, Any] | None:
    """Return the fields of the summary at `start` of a whole user block; None where it is damaged."""
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
    """Return the SHA-256 (hex) of the bytes after the user block."""
    return hashlib.sha256(memoryview(data)[BLOCK:]).hexdigest()

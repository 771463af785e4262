"""Locating damage in a run file: the seal, the summary, a part of the content, or the file structure."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from restore.runfile import hdf5, isolated, seal
from restore.runfile.read import check_seal, read_bytes, read_tree
from restore.runfile.tree import Refusal, digests

SEAL, SUMMARY, STRUCTURE = "seal", "summary", "file structure"


class Damage(NamedTuple):
    """A damaged part (`seal`, `summary`, a top-level name, `/` for attributes, `file structure`), and the damage."""

    part: str
    what: str


def verify(path: Path) -> list[Damage]:
    """Return the damage of a run file, in the order of its parts; an empty list for an intact one.

    Raises `InputError` for a file that is not regular or too large. A damaged file is opened in a process of its own,
    since libhdf5 may crash or hang on it.
    """
    data = read_bytes(path)
    sealed = seal.parse(data)
    if sealed is None or sealed.version != seal.VERSION:
        return [Damage(SEAL, "the first line is not the seal of a run file")]
    if len(data) < seal.BLOCK:
        return [Damage(SUMMARY, f"the file ends after {len(data):,} bytes, within its summary")]
    fields = seal.fields(data[: seal.BLOCK], sealed.length)
    if fields is None or not isinstance(fields.get("parts"), dict):
        return [Damage(SUMMARY, "the summary differs from its checksum")]
    return _locate(data, fields)


def _locate(data: bytes, fields: Mapping[str, Any]) -> list[Damage]:
    """Return the damage of a file with an intact summary, which holds hashes of all parts and of the HDF5 bytes."""
    try:
        check_seal(data)
    except Refusal as refusal:
        if seal.content(data) == fields.get("content"):
            return [Damage(SEAL, "the seal differs from summary and content, which are intact")]
        found = isolated_digests(data)
        if isinstance(found, str):
            return [Damage(STRUCTURE, found)]
        return _compare(found, fields["parts"]) or [Damage(STRUCTURE, refusal.what)]
    # With a valid seal, only a faulty writer or a forger is left.
    try:
        schema, tree = read_tree(data)
        schema.unpack(tree)
    except Refusal as refusal:
        return [Damage(STRUCTURE, refusal.what)]
    return _compare(digests(tree), fields["parts"])


def isolated_digests(data: bytes) -> dict[str, str] | str:
    """Return what `lenient_digests` finds in a process of its own, or a sentence where libhdf5 fails."""
    try:
        found: dict[str, str] | str = json.loads(isolated.call(f"{__name__}:answer", data))
    except (subprocess.SubprocessError, ValueError):
        return "HDF5 crashes or hangs on the file"
    return found


def answer() -> None:
    """Write the hashes of the parts of the file on stdin to stdout as JSON, or a sentence that says why there are none."""
    json.dump(lenient_digests(sys.stdin.buffer.read()), sys.stdout)


def lenient_digests(data: bytes) -> dict[str, str] | str:
    """Return the hashes of the parts that can still be read, or a sentence that says why none can."""
    try:
        with hdf5.opened(data) as file:
            return digests(hdf5.load(file, len(data), lenient=True, variable=True))
    except Refusal as refusal:
        return refusal.what


def _compare(found: Mapping[str, str], parts: Mapping[str, str]) -> list[Damage]:
    names = [*parts, *(name for name in found if name not in parts)]
    changed = [name for name in names if found.get(name) != parts.get(name)]
    return [Damage(name, "the content differs from its checksum") for name in changed]

"""Where a damaged run file is damaged: the seal, the summary, a part of the content, or the file structure."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from restore.runfile import hdf5, seal
from restore.runfile.read import check_seal, read_bytes, read_tree
from restore.runfile.tree import Refusal, digests

SEAL, SUMMARY, STRUCTURE = "seal", "summary", "file structure"
SECONDS = 60  # for the comparison of a damaged file, which takes a tenth of a second for 20 MB


class Damage(NamedTuple):
    """What is damaged (`seal`, `summary`, a top-level name, `/` for its attributes, `file structure`), and how."""

    part: str
    what: str


def verify(path: Path) -> list[Damage]:
    """Return what is wrong with a run file, the first part that differs first; nothing for a sound one.

    Raises InputError for what is no regular file or too large. A damaged file is opened in a process of its own,
    since libhdf5 may crash or hang on it.
    """
    data = read_bytes(path)
    sealed = seal.parse(data)
    if sealed is None or sealed.version != seal.VERSION:
        return [Damage(SEAL, "the first line is no seal of a run file")]
    if len(data) < seal.BLOCK:
        return [Damage(SUMMARY, f"the file ends after {len(data):,} bytes, within its summary")]
    fields = seal.fields(data[: seal.BLOCK], sealed.length)
    if fields is None or not isinstance(fields.get("parts"), dict):
        return [Damage(SUMMARY, "the summary is not as it was written")]
    return _locate(data, fields)


def _locate(data: bytes, fields: Mapping[str, Any]) -> list[Damage]:
    """Return what is wrong with a file whose summary vouches for itself, its parts and the HDF5 bytes."""
    try:
        check_seal(data)
    except Refusal as refusal:
        if seal.content(data) == fields.get("content"):
            return [Damage(SEAL, "summary and content are as they were written, but the seal says otherwise")]
        found = isolated_digests(data)
        if isinstance(found, str):
            return [Damage(STRUCTURE, found)]
        return _compare(found, fields["parts"]) or [Damage(STRUCTURE, refusal.what)]
    # With a right seal only an erring writer or a forger is left.
    try:
        schema, tree = read_tree(data)
        schema.unpack(tree)
    except Refusal as refusal:
        return [Damage(STRUCTURE, refusal.what)]
    return _compare(digests(tree), fields["parts"])


def isolated_digests(data: bytes) -> dict[str, str] | str:
    """Return what `lenient_digests` finds in a process of its own, or the sentence that libhdf5 did not survive it."""
    command = [sys.executable, "-c", f"from {__name__} import answer; answer()"]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - own code
        found: dict[str, str] | str = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError):
        return "HDF5 crashes or hangs on the file"
    return found


def answer() -> None:
    """Write the parts' hashes of the file on stdin to stdout as JSON, or the sentence why there are none."""
    json.dump(lenient_digests(sys.stdin.buffer.read()), sys.stdout)


def lenient_digests(data: bytes) -> dict[str, str] | str:
    """Return the hashes of the parts that can still be read, or the sentence why none can."""
    try:
        with hdf5.opened(data) as file:
            return digests(hdf5.load(file, len(data), lenient=True))
    except Refusal as refusal:
        return refusal.what


def _compare(found: Mapping[str, str], parts: Mapping[str, str]) -> list[Damage]:
    names = [*parts, *(name for name in found if name not in parts)]
    changed = [name for name in names if found.get(name) != parts.get(name)]
    return [Damage(name, "the content is not as it was written") for name in changed]

"""Reading a run file whole and trusting nothing in it: size, seal, structure, schema are checked in this order."""

from __future__ import annotations

import hashlib
from pathlib import Path

from restore.errors import InputError
from restore.runfile import disk, hdf5, isolated, seal
from restore.runfile.guard import VariableText
from restore.runfile.record import Record
from restore.runfile.schema import Schema, detect
from restore.runfile.tree import Refusal, Tree

_OFFSETS = (0, 512, 1024, 2048, 4096)  # where HDF5 looks for its signature, as far as the user block reaches
LOCATE = "locate the damage: restore verify RUN"


def read(path: Path) -> Record:
    """Return the record of a run file; raises `InputError` where it cannot be used.

    `status` is as written: `restore.runfile.lock.live_status` returns whether a `running` one is still running.
    """
    data = read_bytes(path)
    try:
        check_seal(data)
        schema, tree = read_tree(data)
        return schema.unpack(tree)
    except Refusal as refusal:
        raise InputError(refusal.what, code=refusal.code, where=str(path), hint=refusal.hint) from refusal


def read_bytes(path: Path) -> bytes:
    """Return all bytes of a regular file of at most `seal.LIMIT` bytes; raises `InputError` for any other."""
    with disk.regular(path) as file:
        size = disk.size(file)
        if size > seal.LIMIT:
            what = f"the file has {size:,} bytes; a run file has at most {seal.LIMIT:,}"
            raise InputError(what, code="too-large", where=str(path), hint="name a run file")
        return disk.read(file, size)


def check_seal(data: bytes) -> seal.Seal:
    """Return the seal of a whole file; raises `Refusal` where it is missing or does not match the bytes."""
    sealed = seal.parse(data)
    if sealed is None:
        raise _unsealed(data)
    if sealed.version > seal.VERSION:
        raise Refusal(
            f"the run file has block version {sealed.version}, this restore reads versions up to {seal.VERSION}",
            code="newer-schema",
            hint="install a newer one: pip install --upgrade restore-toolkit",
        )
    there, expected = len(data), sealed.length + sealed.size
    if there != expected:
        how = "truncated" if there < expected else "too long"
        what = f"the run file is {how}: {there:,} bytes instead of {expected:,}"
        raise Refusal(what, code="damaged-run-file", hint=LOCATE)
    if hashlib.sha256(memoryview(data)[sealed.length :]).hexdigest() != sealed.sha256:
        what = "the run file is damaged: its SHA-256 differs from that in its seal"
        raise Refusal(what, code="damaged-run-file", hint=LOCATE)
    if seal.fields(data[: seal.BLOCK], sealed.length) is None:
        what = "the run file is damaged: its first 4,096 bytes are not a seal and a summary"
        raise Refusal(what, code="damaged-run-file", hint=LOCATE)
    return sealed


def read_tree(data: bytes) -> tuple[Schema, Tree]:
    """Return schema and tree of a file's HDF5 bytes; raises `Refusal` for content that the guard does not admit."""
    try:
        return _read_tree(data)
    except VariableText:
        return _read_tree(isolated.with_fixed_texts(data))


def _read_tree(data: bytes) -> tuple[Schema, Tree]:
    with hdf5.opened(data) as file:
        # First, since a newer schema may use features that the guard refuses.
        schema = detect(hdf5.header(file))
        return schema, hdf5.load(file, len(data))


def _unsealed(data: bytes) -> Refusal:
    """Return the refusal of a file without a seal."""
    if data.startswith(seal.PREFIX):
        what = "the run file is damaged: its first line is not a whole seal"
        return Refusal(what, code="damaged-run-file", hint=LOCATE)
    what = "not a run file" if data else "not a run file: it is empty"
    if any(data.startswith(hdf5.SIGNATURE, offset) for offset in _OFFSETS):
        what = "not a run file: HDF5 without a seal"
    return Refusal(what, code="not-a-run-file", hint="list runs: restore runs")

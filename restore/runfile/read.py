"""A run file read whole and believed in nothing: size, seal, structure, schema, in this order."""

from __future__ import annotations

import hashlib
from pathlib import Path

from restore.errors import InputError
from restore.runfile import disk, hdf5, seal
from restore.runfile.record import Record
from restore.runfile.schema import Schema, detect
from restore.runfile.tree import Refusal, Tree

_OFFSETS = (0, 512, 1024, 2048, 4096)  # where HDF5 looks for its signature, as far as the user block reaches


def read(path: Path) -> Record:
    """Return the record of a run file; raise InputError, one sentence for each reason, where it cannot be used.

    `status` is as written: `restore.runfile.lock.live_status` tells whether a `running` one still runs.
    """
    data = read_bytes(path)
    try:
        check_seal(data)
        schema, tree = read_tree(data)
        return schema.unpack(tree)
    except Refusal as refusal:
        raise InputError(refusal.what, where=str(path), hint=refusal.hint) from refusal


def read_bytes(path: Path) -> bytes:
    """Return all bytes of a regular file of at most `seal.LIMIT` bytes; raise InputError for another."""
    with disk.regular(path) as file:
        size = disk.size(file)
        if size > seal.LIMIT:
            raise InputError(f"the file has {size:,} bytes; a run file has at most {seal.LIMIT:,}", where=str(path))
        return disk.read(file, size)


def check_seal(data: bytes) -> seal.Seal:
    """Return the seal of a whole file; raise `Refusal` where it is none, or not of these bytes."""
    sealed = seal.parse(data)
    if sealed is None:
        raise Refusal(_name_stranger(data))
    if sealed.version > seal.VERSION:
        raise Refusal(
            f"the run file's block has version {sealed.version}, this restore reads versions up to {seal.VERSION}",
            hint="install a newer one: pip install --upgrade restore-toolkit",
        )
    there, expected = len(data), sealed.length + sealed.size
    if there != expected:
        how = "cut short" if there < expected else "longer than it was written"
        raise Refusal(f"the run file is {how}: it has {there:,} bytes, its seal says {expected:,}")
    if hashlib.sha256(memoryview(data)[sealed.length :]).hexdigest() != sealed.sha256:
        raise Refusal("the run file is damaged: its bytes are not the sealed ones", hint="see where: restore verify")
    if seal.fields(data[: seal.BLOCK], sealed.length) is None:
        raise Refusal("the run file's first 4,096 bytes hold something else than a seal and a summary")
    return sealed


def read_tree(data: bytes) -> tuple[Schema, Tree]:
    """Return schema and tree of a file's HDF5 bytes; raise `Refusal` for what the guard does not admit."""
    with hdf5.opened(data) as file:
        # First, since a newer schema may use what the guard does not know.
        schema = detect(hdf5.header(file))
        return schema, hdf5.load(file, len(data))


def _name_stranger(data: bytes) -> str:
    """Say what a file without a seal is."""
    if not data:
        return "the file is empty"
    if data.startswith(seal.PREFIX):
        return "the run file's seal, its first line, is damaged or cut"
    if any(data.startswith(hdf5.SIGNATURE, offset) for offset in _OFFSETS):
        return "this is an HDF5 file but no run file: it carries no seal"
    return "this is no run file"

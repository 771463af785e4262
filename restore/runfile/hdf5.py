"""Trees to HDF5 bytes and back; what is read has passed the guard."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.runfile.guard import admit, attributes
from restore.runfile.seal import BLOCK
from restore.runfile.tree import ROOT, Node, Refusal, Tree, little, pack_text

WORTH_PACKING = 8_192  # bytes; the index of a compressed dataset takes about 3,000, a compressed 96x96 mask hardly any
SIGNATURE = b"\x89HDF\r\n\x1a\n"
# What h5py raises for invalid HDF5, depending on where libhdf5 or h5py detects it.
_FAULTS = (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError, MemoryError, NotImplementedError)


def dump(tree: Tree) -> io.BytesIO:
    """Return the tree as an HDF5 file with an empty user block; equal trees give equal bytes."""
    import h5py

    buffer = io.BytesIO()
    # The oldest sufficient layout: every tool reads it, and it stores no times.
    with h5py.File(buffer, "w", userblock_size=BLOCK, libver=("earliest", "v110")) as file:
        for path, node in tree.items():
            target = file
            if node.value is not None:
                packing = {"compression": "gzip", "compression_opts": 1, "shuffle": True}
                packed = node.packed and node.value.nbytes >= WORTH_PACKING
                target = file.create_dataset(path, data=_marked(node.value), **(packing if packed else {}))
            elif path != ROOT:
                target = file.create_group(path)
            for name, value in node.attrs.items():
                target.attrs[name] = _marked(pack_text(value)) if isinstance(value, str) else np.int64(value)
    return buffer


def _marked(value: NDArray[Any]) -> NDArray[Any]:
    """Return texts marked as UTF-8, and all values in little-endian order."""
    import h5py

    if value.dtype.kind == "S":
        return value.astype(h5py.string_dtype("utf-8", value.dtype.itemsize))
    return little(value)


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """Open HDF5 bytes as an `h5py.File`; errors inside become a `Refusal`."""
    import h5py

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            yield file
    except _FAULTS as error:
        raise Refusal(f"the HDF5 structure is damaged: {(str(error) or repr(error)).splitlines()[0]}") from error


def header(file: Any) -> dict[str, str | int]:
    """Return the root's attributes, before anything else is looked at."""
    return attributes(file.id, ROOT)


def load(file: Any, size: int, *, lenient: bool = False, variable: bool = False) -> Tree:
    """Return the tree of an open file of `size` bytes; raise `Refusal` for what the guard does not admit.

    `lenient` leaves out unreadable datasets, so that the other parts of a damaged file can be compared. `variable`
    admits attributes of variable length, which libhdf5 may not survive.
    """
    tree: Tree = {}
    for path, item, attrs in admit(file, size, variable=variable):
        try:
            tree[path] = Node(None if item is None else _values(item), attrs)
        except _FAULTS:
            if not lenient:
                raise
    return tree


def _values(dataset: Any) -> NDArray[Any]:
    """Return the values of a low-level dataset."""
    import h5py

    values = np.empty(dataset.shape, dataset.dtype)
    dataset.read(h5py.h5s.ALL, h5py.h5s.ALL, values)
    # Text is marked with its encoding, which plain values do not need.
    return values.astype(f"S{values.dtype.itemsize}") if values.dtype.kind == "S" else values

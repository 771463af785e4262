"""A record made into the bytes of a sealed run file."""

from __future__ import annotations

from restore.runfile import hdf5, seal
from restore.runfile.record import Record
from restore.runfile.schema import CURRENT
from restore.runfile.summary import Holder, this_process, write_summary
from restore.runfile.tree import digests


def encode(record: Record, holder: Holder | None = None) -> memoryview:
    """Return the sealed run file of a record, written by `holder` (None: this process); raise ValueError where a value has no place in a file."""
    tree = CURRENT.pack(record)
    buffer = hdf5.dump(tree)
    content = seal.content(buffer.getbuffer())
    return seal.seal(buffer, write_summary(record, holder or this_process(), CURRENT.number, digests(tree), content))

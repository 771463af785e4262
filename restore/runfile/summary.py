"""The summary of a run for listings, kept in the first 4,096 bytes so that no HDF5 file is opened."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from restore.plugins.values import Json
from restore.runfile import disk, seal
from restore.runfile.record import Record

NAME = 100  # characters of a name
HASH = 64  # characters of a SHA-256 in hex


class Holder(NamedTuple):
    """The process that writes a run."""

    pid: int
    host: str


def this_process() -> Holder:
    """Return the current process."""
    return Holder(os.getpid(), socket.gethostname())


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of a listing.

    `damage` says why a file cannot be used; then the other fields are what could be read. `status` is as written: a
    holder that was killed leaves `running`. `pid`, `host`: the process that wrote it, 0 and empty in a pretrained run.
    `kind`: `run` in files of schema 1. `parent`: {id, content} of the run that it was made from. `corruptions` may be
    cut, `corruptions_total` is their number. `score`: the first score of the restored images. `best`: the epoch with the
    lowest `val_loss`, and that. `parts`: top-level name
    to SHA-256 of its logical content. `content`: SHA-256 of the HDF5 bytes. `size` in bytes.
    """

    path: Path
    id: str = ""
    name: str = ""
    created: str = ""
    status: str = "damaged"
    schema: int = 0
    restore_version: str = ""
    pid: int = 0
    host: str = ""
    kind: str = "run"
    parent: Json | None = None
    recipe: str = ""
    corruptions: Sequence[str] = ()
    corruptions_total: int = 0
    model: str = ""
    epochs: int = 0
    score: Json | None = None
    best: Json | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    content: str = ""
    size: int = 0
    damage: str = ""


def write_summary(record: Record, holder: Holder, schema: int, parts: Mapping[str, str], content: str) -> bytes:
    """Return the summary of a record as a checked line that fits the user block, texts cut where they must be."""
    texts = [_step(step) for step in _list(record.plan.get("corrupt"))]
    for limit in (NAME, 50, 25, 12):
        kept = texts
        while True:
            line = seal.checked(
                _fields(record, holder, schema, kept, limit)
                | {"corruptions_total": len(texts), "parts": parts, "content": content}
            )
            if len(line) <= seal.MAX_SUMMARY:
                return line
            if not kept:
                break
            kept = kept[: len(kept) * 3 // 4]
    raise AssertionError("even the shortest summary does not fit")  # excluded by a test of the longest fields


def _fields(record: Record, holder: Holder, schema: int, corruptions: Sequence[str], limit: int) -> dict[str, Any]:
    """Return the fields with every text but the name cut to `limit` characters."""
    return {
        "id": _cut(record.id, limit),
        "name": _cut(record.name, NAME),
        "created": _cut(record.created, limit),
        "kind": record.kind,
        "status": record.status,
        "schema": schema,
        "restore_version": _cut(record.restore_version, limit),
        "pid": holder.pid,
        "host": _cut(holder.host, limit),
        "parent": record.parent and {name: _cut(text, HASH) for name, text in asdict(record.parent).items()},
        "recipe": _cut(_step(record.plan.get("recipe")), limit),
        "corruptions": [_cut(text, limit) for text in corruptions],
        "model": _cut(_step(record.plan.get("model")), limit),
        "epochs": len(record.history),
        "score": _first_score(record, limit),
        "best": _best(record),
    }


def _best(record: Record) -> dict[str, float] | None:
    """Return the epoch with the lowest validation loss; the weights of a run are those of that epoch."""
    rows = [row for row in record.history if "val_loss" in row]
    row = min(rows, key=lambda row: row["val_loss"], default=None)
    return None if row is None else {"epoch": int(row["epoch"]), "val_loss": float(row["val_loss"])}


def _first_score(record: Record, limit: int) -> dict[str, Any] | None:
    rows = (record.scores.table if record.scores else None) or ()
    row = next((row for row in rows if row.get("what") == "restored"), None)
    if row is None:
        return None
    texts = {name: _cut(str(row.get(name) or ""), limit) for name in ("metric", "unit", "region", "corruption")}
    return texts | {"mean": row.get("mean")}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [] if value is None else [value]


def _step(value: object) -> str:
    """Return the text of a plan's step, which is a text or says it under `spec` or `name`."""
    if isinstance(value, Mapping):
        value = value.get("spec", value.get("name"))
    return value if isinstance(value, str) else ""


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def read_summary(path: Path) -> Summary:
    """Return the summary of a file from its first 4,096 bytes; problems are described in `damage`.

    The HDF5 bytes are not read: `verify` checks them. Raises `InputError` where there is no such regular file.
    """
    with disk.regular(path) as file:
        size = disk.size(file)
        block = disk.read(file, seal.BLOCK)
    return parse_summary(path, block, size)


def parse_summary(path: Path, block: bytes, size: int) -> Summary:
    """Return the summary in a user block of a file of `size` bytes; problems are described in `damage`."""
    sealed = seal.parse(block)
    if sealed is None:
        kind = (
            "the seal is damaged"
            if block.startswith(seal.PREFIX)
            else "not a run file"
            if block
            else "the file is empty"
        )
        return Summary(path, name=path.stem, size=size, damage=kind)
    if sealed.version != seal.VERSION:
        damage = f"written by a newer restore: block {sealed.version}, this one reads {seal.VERSION}"
        return Summary(path, name=path.stem, size=size, damage=damage)
    fields = seal.fields(block, sealed.length)
    if fields is None:
        return Summary(path, name=path.stem, size=size, damage="the summary is damaged")
    known = {name: value for name, value in fields.items() if name in Summary.__dataclass_fields__}
    wrong = [name for name, value in known.items() if not isinstance(value, _TYPES.get(name, str))]
    if wrong:
        return Summary(path, name=path.stem, size=size, damage=f"the summary's {wrong[0]} has another type")
    expected = sealed.length + sealed.size
    damage = "" if size == expected else f"{size:,} of {expected:,} bytes"
    return Summary(path, **(known | {"size": size, "damage": damage}))


_TYPES: Mapping[str, Any] = {
    "schema": int,
    "pid": int,
    "parent": (dict, type(None)),
    "corruptions": list,
    "corruptions_total": int,
    "epochs": int,
    "score": (dict, type(None)),
    "best": (dict, type(None)),
    "parts": dict,
}

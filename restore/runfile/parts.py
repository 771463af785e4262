"""The parts of a run file that its schemas share, each packed and unpacked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import numpy as np

from restore.plugins.values import Json
from restore.runfile.record import STATUSES, LogEntry, Scores, SplitIds
from restore.runfile.tree import ROOT, Node, Refusal, Tree, View, pack_json, pack_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.runfile.record import Variables

AXES = ("image", "corruption", "metric", "region", "what")
_HEADER = ("id", "name", "created", "restore_version")
_COLUMNS = ("id", "group", "sha256")
_FIRST_COLUMNS = ("epoch", "seconds", "loss", "val_loss")


def unpack_header(view: View) -> dict[str, Any]:
    """Return the root's attributes that every schema has, by field of the record."""
    status = view.attribute(ROOT, "status")
    if status not in STATUSES:
        raise Refusal(f"the status {status!r} is not one of {', '.join(STATUSES)}")
    return {name: view.attribute(ROOT, name) for name in _HEADER} | {"status": status}


def pack_splits(data: Mapping[str, SplitIds]) -> Tree:
    """Return the splits under /data."""
    tree = {"/data": Node()}
    for name, split in data.items():
        columns = (split.ids, split.groups, split.sha256)
        if len(set(map(len, columns))) > 1:
            raise ValueError(f"ids, groups and hashes of the split {name} differ in number")
        tree[f"/data/{name}"] = Node()
        for column, texts in zip(_COLUMNS, columns, strict=True):
            tree[f"/data/{name}/{column}"] = Node(pack_texts(texts), packed=True)
    return tree


def unpack_splits(view: View, *others: str) -> dict[str, SplitIds]:
    """Return the splits under /data, which are all its names but `others`."""
    data = {}
    for name in view.children("/data"):
        if name not in others:
            columns = [view.texts(f"/data/{name}/{column}") for column in _COLUMNS]
            _require_same_length(f"/data/{name}", *columns)
            data[name] = SplitIds(*columns)
    return data


def pack_history(rows: Sequence[Mapping[str, float]]) -> Tree:
    """Return the history as one column a name."""
    tree = {"/history": Node()}
    for name in dict.fromkeys(name for row in rows for name in row):
        values = [row.get(name) for row in rows]
        column = [np.nan if value is None else float(value) for value in values]
        dtype = np.int64 if name == "epoch" and all(isinstance(value, int) for value in values) else np.float64
        tree[f"/history/{_link(name)}"] = Node(np.array(column, dtype))
    return tree


def _link(name: str) -> str:
    """Return a column's name as HDF5 takes it: a logged name may hold what separates paths."""
    for mark in "%/\0":
        name = name.replace(mark, f"%{ord(mark):02X}")
    return name if name.strip(".") else name.replace(".", "%2E")


def unpack_history(view: View) -> tuple[dict[str, float], ...]:
    """Return the rows of the history."""
    links = {unquote(link): link for link in view.children("/history")}
    names = [name for name in _FIRST_COLUMNS if name in links] + [name for name in links if name not in _FIRST_COLUMNS]
    columns = [view.array(f"/history/{links[name]}", "if", 1).tolist() for name in names]
    _require_same_length("/history", *columns)
    return tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def pack_scores(scores: Scores) -> Tree:
    """Return the values, their labels and the table."""
    labels = [getattr(scores, axis) for axis in AXES]
    if scores.value.shape != tuple(map(len, labels)):
        raise ValueError(f"the scores' shape {scores.value.shape} is not that of their labels")
    tree = {"/scores": Node(), "/scores/value": Node(scores.value.astype(np.float32, copy=False), packed=True)}
    for axis, texts in zip(AXES, labels, strict=True):
        tree[f"/scores/{axis}"] = Node(pack_texts(texts), packed=True)
    tree["/scores/table"] = Node(pack_json(None if scores.table is None else list(scores.table)))
    return tree


def unpack_scores(view: View) -> Scores:
    """Return the scores, without what later schemas have beside the values."""
    value = view.array("/scores/value", "f", len(AXES))
    labels: dict[str, Any] = {axis: view.texts(f"/scores/{axis}") for axis in AXES}
    if value.dtype != np.float32 or value.shape != tuple(map(len, labels.values())):
        raise Refusal("/scores/value does not have the type and shape of its labels")
    table = view.json("/scores/table", object)
    if not (table is None or (isinstance(table, list) and all(isinstance(row, dict) for row in table))):
        raise Refusal("/scores/table is JSON, but not a list of rows")
    return Scores(value, **labels, table=table)


def unpack_pixels(view: View, path: str, shape: tuple[int | None, ...]) -> NDArray[np.uint8]:
    """Return uint8 of a shape, where None is any number."""
    pixels = view.array(path, "u", len(shape))
    if pixels.dtype != np.uint8 or any(
        want not in (None, have) for want, have in zip(shape, pixels.shape, strict=True)
    ):
        raise Refusal(f"{path} does not have the type and shape that the gallery has")
    return pixels


def unpack_labels(entry: object) -> dict[str, Any]:
    """Return id, corruption and rank of an entry of the gallery's index."""
    labels = {name: entry.get(name) for name in ("id", "corruption", "rank")} if isinstance(entry, dict) else {}
    if not labels or not all(isinstance(text, str) for text in labels.values()):
        raise Refusal("/gallery/index has an entry without id, corruption and rank")
    return labels


def pack_variables(path: str, variables: Variables, *, packed: bool = False) -> Tree:
    """Return variables numbered in their order, each with its name in the attribute `path`."""
    tree = {path: Node()}
    for name, (variable, value) in zip(numbers(len(variables)), variables, strict=True):
        tree[f"{path}/{name}"] = Node(np.asarray(value), {"path": variable}, packed=packed)
    return tree


def unpack_variables(view: View, path: str) -> tuple[tuple[str, NDArray[Any]], ...]:
    """Return the variables under a path in their order."""
    names = view.children(path)
    if names != numbers(len(names)):
        raise Refusal(f"the variables under {path} are not numbered one by one")
    paths = [f"{path}/{name}" for name in names]
    return tuple((view.attribute(each, "path"), view.array(each, "iufb")) for each in paths)


def numbers(count: int) -> list[str]:
    """Return the names of `count` numbered objects, of one width so that they sort."""
    width = max(3, len(str(count - 1)))
    return [f"{number:0{width}}" for number in range(count)]


def pack_events(events: Sequence[LogEntry]) -> Tree:
    """Return the log as one column a field."""
    columns = zip(*events, strict=True) if events else ((), (), ())
    named = zip(LogEntry._fields, columns, strict=True)
    return {"/events": Node()} | {f"/events/{name}": Node(pack_texts(texts), packed=True) for name, texts in named}


def unpack_events(view: View) -> tuple[LogEntry, ...]:
    """Return the lines of the log."""
    columns = [view.texts(f"/events/{name}") for name in LogEntry._fields]
    _require_same_length("/events", *columns)
    return tuple(LogEntry(*row) for row in zip(*columns, strict=True))


def unpack_rows(view: View, path: str) -> tuple[Json, ...]:
    """Return a JSON list of mappings."""
    rows = view.json(path, list)
    if not all(isinstance(row, dict) for row in rows):
        raise Refusal(f"{path} is JSON, but not a list of rows")
    return tuple(rows)


def _require_same_length(where: str, *columns: Sequence[object]) -> None:
    if len({len(column) for column in columns}) > 1:
        raise Refusal(f"the columns of {where} differ in length")

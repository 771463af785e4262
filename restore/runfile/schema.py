"""The layout of a run file, one class per schema number, newest first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, get_args
from urllib.parse import unquote

import numpy as np

from restore.runfile.record import STATUSES, Gallery, LogEntry, Record, Scores, SplitIds, State, Status
from restore.runfile.tree import ROOT, Node, Refusal, Tree, View, pack_json, pack_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.runfile.record import Variables

FORMAT = "restore-run"
_HEADER = ("id", "name", "created", "status", "restore_version")
_AXES = ("image", "corruption", "metric", "region", "what")
_PICTURES = ("clean", "damaged", "restored", "mask", "confidence")
_FIRST_COLUMNS = ("epoch", "seconds", "loss", "val_loss")


class Schema(Protocol):
    """Reads a tree of one schema number as today's record: an older one migrates here, and is never rewritten."""

    number: ClassVar[int]

    def unpack(self, tree: Tree) -> Record:
        """Return the record; raise `Refusal` for what does not fit."""


class Schema1:
    """The first layout, as docs/run-file.md describes it."""

    number: ClassVar[int] = 1

    def pack(self, record: Record) -> Tree:
        """Return the tree of a record; raise ValueError where a value has no place in a file."""
        header: dict[str, str | int] = {"format": FORMAT, "schema": self.number}
        header |= {name: getattr(record, name) for name in _HEADER}
        return {
            ROOT: Node(attrs=header),
            "/plan": Node(pack_json(record.plan)),
            "/environment": Node(pack_json(record.environment)),
            "/seconds": Node(pack_json(record.seconds)),
            **_pack_data(record.data, record.skipped),
            **_pack_history(record.history),
            **(_pack_scores(record.scores) if record.scores else {}),
            **(_pack_gallery(record.gallery) if record.gallery else {}),
            **_pack_variables("/weights", record.weights),
            **(_pack_state(record.state) if record.state else {}),
            **_pack_events(record.events),
        }

    def unpack(self, tree: Tree) -> Record:
        """Return the record of a tree; raise `Refusal` for what is missing or of another form."""
        view = View(tree)
        header = {name: view.attribute(ROOT, name) for name in _HEADER}
        status = _status(header.pop("status"))
        return Record(
            **header,
            status=status,
            plan=view.json("/plan", dict),
            environment=view.json("/environment", dict),
            seconds=view.json("/seconds", dict),
            data=_unpack_data(view),
            skipped=tuple(view.json("/data/skipped", list)),
            history=_unpack_history(view),
            scores=_unpack_scores(view) if view.has("/scores") else None,
            gallery=_unpack_gallery(view) if view.has("/gallery") else None,
            weights=_unpack_variables(view, "/weights"),
            state=_unpack_state(view) if view.has("/state") else None,
            events=_unpack_events(view),
        )


CURRENT = Schema1()
SCHEMAS: tuple[Schema, ...] = (CURRENT,)


def detect(header: Mapping[str, str | int]) -> Schema:
    """Return the schema that the root's attributes name; refuse a newer one with both numbers."""
    number = header.get("schema")
    if header.get("format") != FORMAT or not isinstance(number, int) or number < 1:
        raise Refusal("this HDF5 file is no run file: its root does not say format restore-run and a schema number")
    for schema in SCHEMAS:
        if schema.number == number:
            return schema
    writer = header.get("restore_version", "")
    wanted = f">={writer}" if isinstance(writer, str) and re.fullmatch(r"[0-9][0-9a-z.+]{0,40}", writer) else ""
    raise Refusal(
        f"the run file has schema {number}, this restore reads schemas up to {CURRENT.number}",
        hint=f"install a newer one: pip install --upgrade 'restore-toolkit{wanted}'",
    )


def _status(text: str) -> Status:
    if text not in get_args(Status):
        raise Refusal(f"the status {text!r} is none of {', '.join(STATUSES)}")
    return text  # type: ignore[return-value]  # just looked up


def _same_length(where: str, *columns: Sequence[object]) -> None:
    if len({len(column) for column in columns}) > 1:
        raise Refusal(f"the columns of {where} differ in length")


def _pack_data(data: Mapping[str, SplitIds], skipped: Sequence[Mapping[str, Any]]) -> Tree:
    tree = {"/data": Node(), "/data/skipped": Node(pack_json(list(skipped)))}
    for name, split in data.items():
        if len({len(split.ids), len(split.groups), len(split.sha256)}) > 1:
            raise ValueError(f"ids, groups and hashes of the split {name} differ in number")
        path = f"/data/{name}"
        tree[path] = Node()
        for column, texts in (("id", split.ids), ("group", split.groups), ("sha256", split.sha256)):
            tree[f"{path}/{column}"] = Node(pack_texts(texts), packed=True)
    return tree


def _unpack_data(view: View) -> dict[str, SplitIds]:
    data = {}
    for name in view.children("/data"):
        if name == "skipped":
            continue
        columns = [view.texts(f"/data/{name}/{column}") for column in ("id", "group", "sha256")]
        _same_length(f"/data/{name}", *columns)
        data[name] = SplitIds(*columns)
    return data


def _pack_history(rows: Sequence[Mapping[str, float]]) -> Tree:
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


def _unpack_history(view: View) -> tuple[dict[str, float], ...]:
    links = {unquote(link): link for link in view.children("/history")}
    names = [name for name in _FIRST_COLUMNS if name in links] + [name for name in links if name not in _FIRST_COLUMNS]
    columns = [view.array(f"/history/{links[name]}", "if", 1).tolist() for name in names]
    _same_length("/history", *columns)
    return tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _pack_scores(scores: Scores) -> Tree:
    labels = [getattr(scores, axis) for axis in _AXES]
    if scores.value.shape != tuple(map(len, labels)):
        raise ValueError(f"the scores' shape {scores.value.shape} is not that of their labels")
    tree = {"/scores": Node(), "/scores/value": Node(scores.value.astype(np.float32, copy=False), packed=True)}
    for axis, texts in zip(_AXES, labels, strict=True):
        tree[f"/scores/{axis}"] = Node(pack_texts(texts), packed=True)
    tree["/scores/table"] = Node(pack_json(None if scores.table is None else list(scores.table)))
    return tree


def _unpack_scores(view: View) -> Scores:
    value = view.array("/scores/value", "f", len(_AXES))
    labels = {axis: view.texts(f"/scores/{axis}") for axis in _AXES}
    if value.dtype != np.float32 or value.shape != tuple(map(len, labels.values())):
        raise Refusal("/scores/value has another type or shape than its labels say")
    table = view.json("/scores/table", object)
    if table is not None and not isinstance(table, list):
        raise Refusal("/scores/table is JSON, but no list")
    return Scores(value, **labels, table=table)


def _pack_gallery(gallery: Gallery) -> Tree:
    tree = {"/gallery": Node(), "/gallery/index": Node(pack_json(list(gallery.index)))}
    for name in _PICTURES:
        pictures = getattr(gallery, name)
        if pictures is not None:
            if len(pictures) != len(gallery.index):
                raise ValueError(f"the gallery's {name} and its index differ in number")
            tree[f"/gallery/{name}"] = Node(pictures.astype(np.uint8, copy=False), packed=True)
    return tree


def _unpack_gallery(view: View) -> Gallery:
    index = view.json("/gallery/index", list)
    pictures: dict[str, Any] = {"confidence": None}
    for name in _PICTURES:
        if name == "confidence" and not view.has("/gallery/confidence"):
            continue
        pictures[name] = view.array(f"/gallery/{name}", "u", 3 if name in ("mask", "confidence") else 4)
        if pictures[name].dtype != np.uint8 or pictures[name].shape[:3] != (len(index), *pictures["clean"].shape[1:3]):
            raise Refusal(f"/gallery/{name} is not of the type and shape that the gallery has")
    return Gallery(**pictures, index=index)


def _pack_variables(path: str, variables: Variables) -> Tree:
    width = max(3, len(str(len(variables) - 1)))
    tree = {path: Node()}
    for number, (name, value) in enumerate(variables):
        tree[f"{path}/{number:0{width}}"] = Node(np.asarray(value), {"path": name})
    return tree


def _unpack_variables(view: View, path: str) -> tuple[tuple[str, NDArray[Any]], ...]:
    names = view.children(path)
    width = max(3, len(str(len(names) - 1)))
    if names != [f"{number:0{width}}" for number in range(len(names))]:
        raise Refusal(f"the variables under {path} are not numbered one by one")
    paths = [f"{path}/{name}" for name in names]
    return tuple((view.attribute(each, "path"), view.array(each, "iufb")) for each in paths)


def _pack_state(state: State) -> Tree:
    return {
        "/state": Node(),
        "/state/training": Node(pack_json(state.training)),
        **_pack_variables("/state/weights", state.weights),
        **_pack_variables("/state/optimizer", state.optimizer),
    }


def _unpack_state(view: View) -> State:
    return State(
        weights=_unpack_variables(view, "/state/weights"),
        optimizer=_unpack_variables(view, "/state/optimizer"),
        training=view.json("/state/training", dict),
    )


def _pack_events(events: Sequence[LogEntry]) -> Tree:
    columns = zip(*events, strict=True) if events else ((), (), ())
    named = zip(LogEntry._fields, columns, strict=True)
    return {"/events": Node()} | {f"/events/{name}": Node(pack_texts(texts), packed=True) for name, texts in named}


def _unpack_events(view: View) -> tuple[LogEntry, ...]:
    columns = [view.texts(f"/events/{name}") for name in LogEntry._fields]
    _same_length("/events", *columns)
    return tuple(LogEntry(*row) for row in zip(*columns, strict=True))

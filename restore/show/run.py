"""One run as text: its plan, data, training and scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.figures import count, draw_course, show_bytes, show_figure, show_seconds
from restore.show.plan import describe_components, describe_settings
from restore.show.scores import score_parts
from restore.show.sheet import facts

if TYPE_CHECKING:
    from restore.runfile.record import Record

Json = Mapping[str, Any]
SKIPPED = "skipped"
LOSSES = ("loss", "val_loss")


def run_parts(document: Json, record: Record, width: int) -> list[RenderableType]:
    """Return a run as renderables, in at most `width` columns where possible; `document` is that of `show --json`."""
    scores = score_parts(document["scores"], width) if document["scores"] else []
    notice = document["plan"].get("notice")
    return [
        facts(describe_run(document, record)),
        *(["", *scores] if scores else []),
        *(["", notice] if notice else []),
    ]


def describe_run(document: Json, record: Record) -> Iterator[tuple[str, str]]:
    """Yield name and text of each fact of a run; those of `LOSSES` are its course."""
    yield document["kind"], f"{record.name}, {document['status']}"
    yield "id", f"{document['id']}, created {record.created}, restore {record.restore_version}"
    yield "file", document["path"]
    if document["parent"]:
        yield "made from", document["parent"]["id"]
    if document["ancestors"]:
        yield "ancestors", ", ".join(map(_ancestor, document["ancestors"]))
    yield from describe_settings(document["plan"])
    yield from describe_components(document["plan"])
    if record.data:
        yield "splits", _splits(document["data"])
    if document["kind"] != "evaluation":
        yield "epochs", _epochs(document)
    yield from _history(record.history, document["epochs"]["best"])
    if document["status"] == "complete" and record.weights:
        yield "ONNX", _onnx(record.exports)


def _onnx(exports: Mapping[str, bytes]) -> str:
    """Return the networks that restore without Keras, with their sizes."""
    stored = ", ".join(f"{name} ({show_bytes(len(raw))})" for name, raw in exports.items())
    return stored or "not stored: restoring loads Keras"


def _ancestor(run: Json) -> str:
    """Return a run whose weights training started from, with a remark where its images are unknown."""
    return str(run["id"]) if run["images"] else f"{run['id']} (overlap unknown)"


def _splits(data: Json) -> str:
    """Return the number of images and groups of each split, and of images left out."""
    parts = [
        f"{name} {part['images']:,} ({count(part['groups'], 'group')})"
        for name, part in data.items()
        if name != SKIPPED
    ]
    skipped = len(data[SKIPPED])
    return ", ".join(parts) + (f"; {skipped} left out" if skipped else "")


def _epochs(document: Json) -> str:
    epochs, seconds = document["epochs"], document["seconds"]
    best = f", best {epochs['best']}" if epochs["best"] else ""
    took = f", {show_seconds(seconds['train'])}" if seconds.get("train") else ""
    return f"{epochs['done']} of {epochs['planned']}{best}{took}"


def _history(history: Sequence[Mapping[str, float]], best: int | None) -> Iterator[tuple[str, str]]:
    """Yield both losses over the epochs: a curve, and the values of the first, best and last epoch."""
    for name in LOSSES:
        values = [row[name] for row in history if name in row]
        if not values:
            continue
        shown = [f"first {show_figure(values[0])}"] if len(values) > 1 else []
        shown += [f"best {show_figure(values[best - 1])}"] if best and best <= len(values) else []
        shown += [f"last {show_figure(values[-1])}"]
        yield name, "  ".join(filter(None, [draw_course(values), ", ".join(shown)]))

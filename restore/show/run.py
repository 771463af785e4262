"""One run as text: what it is, what it was trained on, how training went, and its scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.console import table
from restore.show.figures import count, draw_course, show_figure, show_seconds
from restore.show.plan import describe_components, describe_settings
from restore.show.scores import score_parts

if TYPE_CHECKING:
    from restore.runfile.record import Record

Json = Mapping[str, Any]
SKIPPED = "skipped"


def run_parts(document: Json, record: Record, width: int) -> list[RenderableType]:
    """Return a run in at most `width` columns where they can hold it; `document` is what `show --json` prints."""
    facts = table(header=False)
    facts.add_column(style="bold")
    facts.add_column(overflow="fold")
    for name, text in _describe(document, record):
        facts.add_row(name, text)
    scores = score_parts(document["scores"], width) if document["scores"] else []
    notice = document["plan"].get("notice")
    return [facts, *(["", *scores] if scores else []), *(["", notice] if notice else [])]


def _describe(document: Json, record: Record) -> Iterator[tuple[str, str]]:
    yield "run", f"{record.name}, {document['status']}"
    yield "id", f"{document['id']}, created {record.created}, restore {record.restore_version}"
    yield "file", document["path"]
    yield from describe_settings(document["plan"])
    yield from describe_components(document["plan"])
    yield "pictures", _pictures(document["data"])
    yield "epochs", _epochs(document)
    yield from _history(record.history, document["epochs"]["best"])


def _pictures(data: Json) -> str:
    """Return how many images and groups each split has, and how many were left out."""
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
    """Yield the course of both losses: a curve, and the values of the first, best and last epoch."""
    for name in ("loss", "val_loss"):
        values = [row[name] for row in history if name in row]
        if not values:
            continue
        said = [f"first {show_figure(values[0])}"] if len(values) > 1 else []
        said += [f"best {show_figure(values[best - 1])}"] if best and best <= len(values) else []
        said += [f"last {show_figure(values[-1])}"]
        yield name, "  ".join(filter(None, [draw_course(values), ", ".join(said)]))

"""The runs of a folder, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.figures import NOTHING, count, show_age, show_figure
from restore.show.sheet import Cell, Column, Sheet, to_table

if TYPE_CHECKING:
    from restore.runfile.summary import Summary

Json = Mapping[str, Any]
ONE_LINE = 30
"""Longest name, in characters, that is never folded."""
STYLES = {"complete": "green", "running": "cyan", "stopped": "yellow", "failed": "red", "damaged": "red"}


def runs_document(summaries: Sequence[Summary], total: int) -> Json:
    """Return the runs, newest first, as plain JSON; `total` is their number in the folder."""
    return {"schema": 1, "total": total, "runs": [_entry(one) for one in summaries]}


def runs_parts(document: Json, *, folder: Path, now: datetime) -> list[RenderableType]:
    """Return the table of the runs in `folder`."""
    runs = document["runs"]
    if not runs:
        return [f"no runs in {folder}"]
    # Names are copied: they stay on one line unless they are long.
    least = min(max(len(one["name"]) for one in runs), ONE_LINE)
    kinds = any(one["kind"] != "run" for one in runs)
    names = (*(["kind"] if kinds else []), "status", "corruption", "model", "score", "created")
    others = (Column(name, right=name == "score") for name in names)
    sheet = Sheet([Column("name", least=least), *others])
    for one in runs:
        status = Cell(one["status"], STYLES.get(one["status"], ""))
        what = one["damage"] or _corruptions(one)
        model, score = one["model"] or NOTHING, _score(one["score"])
        kind = [one["kind"]] if kinds else []
        sheet.rows.append([one["name"], *kind, status, what, model, score, show_age(one["created"], now)])
    more = document["total"] - len(runs)
    return [to_table(sheet), *([f"and {count(more, 'older run')}: restore runs --all"] if more else [])]


def _entry(one: Summary) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "path": str(one.path),
        "kind": one.kind,
        "parent": one.parent,
        "status": "damaged" if one.damage else one.status,
        "damage": one.damage or None,
        "created": one.created,
        "recipe": one.recipe,
        "corruptions": list(one.corruptions),
        "corruptions_total": one.corruptions_total,
        "model": one.model,
        "epochs": one.epochs,
        "score": dict(one.score) if one.score else None,
        "bytes": one.size,
    }


def _corruptions(one: Json) -> str:
    """Return the corruptions, and the number of those that did not fit into the summary."""
    more = one["corruptions_total"] - len(one["corruptions"])
    return ", ".join([*one["corruptions"], *([f"and {more} more"] if more > 0 else [])]) or NOTHING


def _score(score: Json | None) -> str:
    return " ".join(filter(None, [score["metric"], show_figure(score["mean"]), score["unit"]])) if score else NOTHING

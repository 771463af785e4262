"""The runs of a folder as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from restore.show.console import table
from restore.show.figures import NOTHING, count, show_age, show_figure

if TYPE_CHECKING:
    from restore.runfile.summary import Summary

ONE_LINE = 30
"""Characters of a name that are never folded."""
STYLES = {"complete": "green", "running": "cyan", "stopped": "yellow", "failed": "red", "damaged": "red"}


def run_parts(summaries: Sequence[Summary], total: int, *, folder: Path, now: datetime) -> list[RenderableType]:
    """Return the table of runs, newest first, of `total` that there are in `folder`."""
    if not summaries:
        return [f"no runs in {folder}"]
    runs = table()
    longest = max(len(one.name) for one in summaries)
    for name in ("name", "status", "damage", "model", "score", "created"):
        # A name is there to be copied: it stays in one line unless it is long.
        least = min(longest, ONE_LINE) if name == "name" else None
        runs.add_column(name, overflow="fold", min_width=least, justify="right" if name == "score" else "left")
    for one in summaries:
        status = Text("damaged" if one.damage else one.status)
        status.stylize(STYLES.get(status.plain, ""))
        runs.add_row(
            one.name,
            status,
            one.damage or _corruptions(one),
            one.model or NOTHING,
            _score(one.score),
            show_age(one.created, now),
        )
    more = total - len(summaries)
    return [runs, *([f"and {count(more, 'older run')}: restore runs --all"] if more else [])]


def run_document(summaries: Sequence[Summary], total: int) -> dict[str, Any]:
    """Return the runs as plain JSON."""
    return {"schema": 1, "total": total, "runs": [_entry(one) for one in summaries]}


def _entry(one: Summary) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "path": str(one.path),
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


def _corruptions(one: Summary) -> str:
    """Return the corruptions; those that the summary had no room for are counted."""
    more = one.corruptions_total - len(one.corruptions)
    return ", ".join([*one.corruptions, *([f"and {more} more"] if more > 0 else [])]) or NOTHING


def _score(score: Any) -> str:
    if not score:
        return NOTHING
    return " ".join(filter(None, [score["metric"], show_figure(score["mean"]), score["unit"]]))

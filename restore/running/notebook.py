"""A run as a notebook shows it: its name, its leading score, and the worst image."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from restore.images.inline import inline
from restore.running.leading import leading, rows_of
from restore.text import printable

if TYPE_CHECKING:
    from restore.runfile.record import Record

MOST = 8
"""Corruptions that are shown."""
SIDE = 160
"""Longest side of the image in pixels."""


def record_html(run: Record) -> str:
    """Return a run as HTML."""
    state = f"{run.kind} {run.id}, {run.status}, {len(run.history)} of {run.plan['training']['epochs']} epochs"
    parts = [f"<p><b>{_text(run.name)}</b><br>{_text(state)}</p>", *_table(run), *_image(run)]
    notice = run.plan.get("notice")
    return f"<div>{''.join(parts)}{f'<p>{_text(notice)}</p>' if notice else ''}</div>"


def _table(run: Record) -> Iterator[str]:
    """Yield the table of the leading score, a line for each corruption and a column for each kind of image."""
    scores = (run.scores.table if run.scores else None) or []
    lead = leading(scores)
    if lead is None:
        return
    rows = rows_of(scores, lead)
    kinds = list(dict.fromkeys(row["what"] for row in rows))
    lines: dict[tuple[Any, ...], dict[str, float]] = {}
    for row in rows:
        lines.setdefault((row.get("data"), row["corruption"], row["level"]), {})[row["what"]] = row["mean"]
    yield f"<table><caption>{_text(lead.title)}</caption><tr><th></th>"
    yield "".join(f"<th>{_text(kind)}</th>" for kind in kinds) + "</tr>"
    for key, means in list(lines.items())[:MOST]:
        name = " ".join(filter(None, key)) or "as in the dataset"
        cells = "".join(f"<td>{f'{means[kind]:.4g}' if kind in means else ''}</td>" for kind in kinds)
        yield f"<tr><th>{_text(name)}</th>{cells}</tr>"
    yield "</table>"
    if len(lines) > MOST:
        yield f"<p>and {len(lines) - MOST} more</p>"


def _image(run: Record) -> Iterator[str]:
    """Yield the worst image of the gallery, damaged and restored."""
    shown = next((one for one in run.gallery or () if one.rank == "worst"), next(iter(run.gallery or ()), None))
    if shown is None:
        return
    yield "<p>"
    for what in ("damaged", "restored"):
        source = inline(getattr(shown, what), longest=SIDE, quality=85)
        yield f'<img src="{source}" alt="{_text(f"{shown.id}, {what}")}" width="{SIDE}"> '
    yield f"<br>{_text(f'{shown.id}: damaged, restored')}</p>"


def _text(text: str) -> str:
    return escape(printable(text))

"""A sweep as JSON, as a table sorted by validation loss, and as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType

from restore.show.figures import NOTHING, show_figure
from restore.show.runs import STYLES
from restore.show.sheet import Cell, Column, Sheet, to_table

if TYPE_CHECKING:
    from restore.runfile.summary import Summary
    from restore.tasks.sweep import Outcome, Point

Json = Mapping[str, Any]
LAST = float("inf")
LIVE = 20
"""Rows of the table that is shown while a sweep runs."""
NOT_BEGUN = "to do"


def sweep_document(
    points: Sequence[Point], found: Mapping[str, Summary], errors: Mapping[str, str], folder: Path
) -> Json:
    """Return a sweep as plain JSON: its points, best validation loss first, those of one loss together."""
    entries = sorted((_entry(one, found.get(one.name), errors.get(one.name, "")) for one in points), key=_order)
    return {
        "schema": 1,
        "runs": str(folder),
        "counts": dict(Counter(one["status"] for one in entries)),
        "points": entries,
    }


def sweep_parts(document: Json, most: int | None = None) -> list[RenderableType]:
    """Return the table of a sweep, and how many points are done."""
    points = document["points"]
    names = list(dict.fromkeys(name for one in points for name in one["varied"]))
    figures = [Column("epochs", right=True), Column("val_loss", right=True), Column("score", right=True)]
    sheet = Sheet(
        [*(Column(name) for name in names), Column("status"), *figures, Column("run", whole=True, faint=True)]
    )
    for one in points[:most]:
        status = Cell(one["status"], STYLES.get(one["status"], ""))
        varied = [one["varied"].get(name, NOTHING) for name in names]
        loss = NOTHING if one["val_loss"] is None else show_figure(one["val_loss"])
        sheet.rows.append([*varied, status, str(one["epochs"]), loss, _score(one["score"]), one["name"]])
    more = len(points) - len(sheet.rows)
    counted = ", ".join(f"{number} {status}" for status, number in document["counts"].items())
    return [to_table(sheet), *([f"and {more} more"] if more else []), f"{len(points)} points: {counted}"]


@contextmanager
def watching_sweep(
    draw: Callable[[], Json],
    errors: dict[str, str],
    *,
    shown: bool,
    tell: Callable[[str], None],
    warn: Callable[[str], None],
) -> Iterator[Callable[[Outcome], None]]:
    """Yield what is called as each point ends: a live table on a terminal, a line elsewhere; failures at once.

    `draw` returns the sweep's document; what points failed of is added to `errors`, by name.
    """
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    live = shown and console.is_terminal
    table = Live(console=console, auto_refresh=False) if live else None
    if table:
        table.start()
    try:

        def ended(outcome: Outcome) -> None:
            if outcome.status == "failed":
                errors[outcome.name] = outcome.error
                warn(f"{outcome.name} failed: {outcome.error}")
            elif shown and not table:
                tell(f"{outcome.name}: {outcome.status}")
            if table:
                table.update(Group(*sweep_parts(draw(), LIVE)), refresh=True)

        yield ended
    finally:
        if table:
            table.stop()


def _entry(point: Point, summary: Summary | None, error: str) -> Json:
    best = summary.best if summary else None
    return {
        "name": point.name,
        "id": summary.id if summary else None,
        "varied": dict(point.varied),
        "loss": point.plan.training.loss,
        "status": "failed" if error else summary.status if summary else NOT_BEGUN,
        "error": error or None,
        "epochs": summary.epochs if summary else 0,
        "val_loss": best["val_loss"] if best else None,
        "score": dict(summary.score) if summary and summary.score else None,
    }


def _order(entry: Json) -> tuple[str, float]:
    """Return the place of a point: validation losses of different kinds are not compared."""
    loss = entry["val_loss"]
    return entry["loss"] or "", LAST if loss is None else loss


def _score(score: Json | None) -> str:
    return f"{score['metric']} {show_figure(score['mean'])} {score['unit']}".strip() if score else NOTHING

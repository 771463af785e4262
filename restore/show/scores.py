"""The score table: damaged, every baseline and restored beside each other, one table for each corruption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from restore.show.console import measure, table
from restore.show.figures import count, decimals_for, show_score

Row = Mapping[str, Any]
Detail = Literal["all", "restored", "none"]
DETAILS: tuple[Detail, ...] = ("all", "restored", "none")
"""Which cells show their interval, the widest table first."""
RESTORED = "restored"
TOLD = "*"
"""Marks a baseline that is told where the damage is."""
ARROWS = {"higher": "↑", "lower": "↓"}


def score_parts(rows: Sequence[Row], width: int) -> list[RenderableType]:
    """Return a table for each corruption, and what its marks mean; intervals stand where `width` columns hold them."""
    if not rows:
        return ["no scores"]
    parts: list[RenderableType] = []
    intervals = False
    for case in _cases(rows):
        tables = {detail: _table(case, detail) for detail in DETAILS}
        detail = next((one for one in DETAILS if measure(tables[one]) <= width), "none")
        intervals |= detail != "none"
        parts += [tables[detail], *_notes(case), ""]
    return [*parts, *_legend(rows, intervals=intervals)]


def _cases(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows of each corruption, in the order in which they come."""
    cases: dict[tuple[Any, Any], list[Row]] = {}
    for row in rows:
        cases.setdefault((row["corruption"], row["level"]), []).append(row)
    return list(cases.values())


def _table(case: Sequence[Row], detail: Detail) -> Table:
    kinds = _unique((row["what"], row["knows_mask"]) for row in case)
    scores = table(title=_title(case))
    for name in ("metric", "", "region"):
        scores.add_column(name, overflow="fold")
    for what, told in kinds:
        scores.add_column(f"{what} {TOLD}" if told else what, justify="right", overflow="fold")
    shown = ""
    for metric, region in _unique((row["metric"], row["region"]) for row in case):
        found = {row["what"]: row for row in case if (row["metric"], row["region"]) == (metric, region)}
        if all(row["mean"] is None for row in found.values()):
            continue
        some = next(iter(found.values()))
        if shown and metric.partition(".")[0] != shown.partition(".")[0]:
            scores.add_section()
        label = ["", ""] if metric == shown else [f"{metric} {some['unit']}".strip(), ARROWS.get(some["better"], "")]
        shown = metric
        scores.add_row(*label, region, *_cells(found, [what for what, _ in kinds], detail))
    return scores


def _cells(found: Mapping[str, Row], kinds: Sequence[str], detail: Detail) -> list[Text]:
    """Return one cell for each kind of row, the best one bold."""
    means = {what: row["mean"] for what, row in found.items() if row["mean"] is not None}
    decimals = decimals_for(means.values())
    pick = max if next(iter(found.values()))["better"] == "higher" else min
    best = pick(means.values())
    cells = []
    for what in kinds:
        row = found.get(what)
        mean = means.get(what)
        cell = Text(show_score(mean, decimals), style="bold" if mean == best else "")
        if row and row["low"] is not None and (detail == "all" or (detail == RESTORED == what)):
            low, high = show_score(row["low"], decimals), show_score(row["high"], decimals)
            cell.append(f"  {low} to {high}", style="not bold dim")
        cells.append(cell)
    return cells


def _title(case: Sequence[Row]) -> str:
    name, level = case[0]["corruption"] or "as the data set has it", case[0]["level"]
    name = f"{name}@{level}" if level and "@" not in name else name
    largest = max(case, key=lambda row: row["n"] or 0)
    return f"{name}: {count(largest['n'] or 0, 'image')} of {count(largest['groups'] or 0, 'group')}"


def _notes(case: Sequence[Row]) -> list[str]:
    """Return why rows were left out."""
    return [f"{what}: {why}" for what, why in _unique((row["what"], row.get("reason")) for row in case) if why]


def _legend(rows: Sequence[Row], *, intervals: bool) -> list[str]:
    legend = ["bold: the best of a row" + ("; a to b: 95 % interval over groups" if intervals else "")]
    if any(row["knows_mask"] for row in rows):
        legend.append(f"{TOLD} is told where the damage is")
    return legend


def _unique(items: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return list(dict.fromkeys(items))

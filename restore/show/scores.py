"""The score table: damaged, every baseline and restored beside each other, one sheet for each corruption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from rich.console import RenderableType

from restore.show.console import measure
from restore.show.figures import count, decimals_for, show_interval, show_score
from restore.show.sheet import Cell, Column, Sheet, to_table

Row = Mapping[str, Any]
Detail = Literal["all", "restored", "none"]
DETAILS: tuple[Detail, ...] = ("all", "restored", "none")
"""Which cells show their interval, the widest table first."""
RESTORED = "restored"
GIVEN_MASK = "*"
"""Marks a row of a model that is given the true mask."""
ARROWS = {"higher": "↑", "lower": "↓"}


def score_parts(rows: Sequence[Row], width: int) -> list[RenderableType]:
    """Return a table for each corruption, and a legend; intervals are shown where `width` columns hold them."""
    if not rows:
        return ["no scores"]
    cases = cases_of(rows)
    # Of one group alone there is no interval.
    for detail in DETAILS if any(row["low"] is not None for row in rows) else DETAILS[-1:]:
        tables = [to_table(score_sheet(case, detail)) for case in cases]
        if max(map(measure, tables)) <= width:
            break
    parts: list[RenderableType] = []
    for case, shown in zip(cases, tables, strict=True):
        parts += [shown, *reasons_of(case), ""]
    return [*parts, *_legend(rows, detail)]


def score_sheet(case: Sequence[Row], detail: Detail) -> Sheet:
    """Return the rows of one dataset and corruption as a sheet: a line for each metric and region, the best score bold."""
    kinds = sorted(_unique((row["what"], row["given_mask"]) for row in case), key=lambda kind: kind[0] != "clean")
    columns = [Column("metric"), Column(""), Column("region")]
    for what, given_mask in kinds:
        columns.append(Column(f"{what} {GIVEN_MASK}" if given_mask else what, right=True))
        if _shows_interval(what, detail):
            columns.append(Column("95 %", whole=True, faint=True))
    sheet = Sheet(columns, title=_title(case))
    before = ""
    for metric, region in _unique((row["metric"], row["region"]) for row in case):
        found = {row["what"]: row for row in case if (row["metric"], row["region"]) == (metric, region)}
        if all(row["mean"] is None for row in found.values()):
            continue
        if before and metric.partition(".")[0] != before.partition(".")[0]:
            sheet.sections.add(len(sheet.rows))
        some = next(iter(found.values()))
        label = [f"{metric} {some['unit']}".strip(), ARROWS.get(some["better"], "")] if metric != before else ["", ""]
        sheet.rows.append([*label, region, *_cells(found, [what for what, _ in kinds], detail)])
        before = metric
    return sheet


def cases_of(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows of each dataset and corruption, in the order in which they come."""
    cases: dict[tuple[Any, Any, Any], list[Row]] = {}
    for row in rows:
        cases.setdefault((row.get("data"), row["corruption"], row["level"]), []).append(row)
    return list(cases.values())


def _cells(found: Mapping[str, Row], kinds: Sequence[str], detail: Detail) -> Iterator[Cell | str]:
    """Yield one cell for each kind of row, and its interval where that is shown."""
    means = {what: row["mean"] for what, row in found.items() if row["mean"] is not None}
    decimals = decimals_for(means.values())
    best = (max if next(iter(found.values()))["better"] == "higher" else min)(means.values())
    for what in kinds:
        mean, row = means.get(what), found.get(what)
        yield Cell(show_score(mean, decimals), "bold" if mean == best else "")
        if _shows_interval(what, detail):
            yield show_interval(row["low"], row["high"], decimals) if row and mean is not None else ""


def _shows_interval(what: str, detail: Detail) -> bool:
    return detail == "all" or (detail == RESTORED == what)


def name_case(row: Row) -> str:
    """Return the dataset, unless it is the run's own, and the corruption of a row."""
    name, level = row["corruption"] or "as in the dataset", row["level"]
    name = f"{name}@{level}" if level and "@" not in name else name
    return f"{row['data']}: {name}" if row.get("data") else name


def _title(case: Sequence[Row]) -> str:
    largest = max(case, key=lambda row: row["n"] or 0)
    return f"{name_case(case[0])}: {count(largest['n'] or 0, 'image')} of {count(largest['groups'] or 0, 'group')}"


def reasons_of(case: Sequence[Row]) -> list[str]:
    """Return why rows have no scores."""
    return [f"{what}: {why}" for what, why in _unique((row["what"], row.get("reason")) for row in case) if why]


def _legend(rows: Sequence[Row], detail: Detail) -> list[str]:
    legend = ["bold: best in the row" + ("; 95 %: bootstrap interval over groups" if detail != "none" else "")]
    if detail != "all" and any(row["low"] is not None for row in rows):
        legend.append(f"{'more' if detail != 'none' else '95 %'} intervals: in a wider window, or --json")
    if any(row["given_mask"] for row in rows):
        legend.append(f"{GIVEN_MASK} non-blind: given the true mask")
    return legend


def _unique(items: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return list(dict.fromkeys(items))

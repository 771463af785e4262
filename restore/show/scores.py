"""The score table: damaged, every baseline and restored beside each other, one table for each corruption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    cases = _cases(rows)
    # Of one group alone there is no interval.
    for detail in DETAILS if any(row["low"] is not None for row in rows) else DETAILS[-1:]:
        tables = [_table(case, detail) for case in cases]
        if max(map(measure, tables)) <= width:
            break
    parts: list[RenderableType] = []
    for case, shown in zip(cases, tables, strict=True):
        parts += [shown, *_notes(case), ""]
    return [*parts, *_legend(rows, detail)]


def _cases(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows of each data set and corruption, in the order in which they come."""
    cases: dict[tuple[Any, Any, Any], list[Row]] = {}
    for row in rows:
        cases.setdefault((row.get("data"), row["corruption"], row["level"]), []).append(row)
    return list(cases.values())


def _table(case: Sequence[Row], detail: Detail) -> Table:
    kinds = sorted(_unique((row["what"], row["given_mask"]) for row in case), key=lambda kind: kind[0] != "clean")
    scores = table(title=_title(case))
    for name in ("metric", "", "region"):
        scores.add_column(name, overflow="fold")
    for what, told in kinds:
        scores.add_column(f"{what} {TOLD}" if told else what, justify="right", overflow="fold")
        if _shows_interval(what, detail):
            scores.add_column("95 %", style="dim", no_wrap=True)
    before = ""
    for metric, region in _unique((row["metric"], row["region"]) for row in case):
        found = {row["what"]: row for row in case if (row["metric"], row["region"]) == (metric, region)}
        if all(row["mean"] is None for row in found.values()):
            continue
        if before and metric.partition(".")[0] != before.partition(".")[0]:
            scores.add_section()
        some = next(iter(found.values()))
        label = [f"{metric} {some['unit']}".strip(), ARROWS.get(some["better"], "")] if metric != before else ["", ""]
        scores.add_row(*label, region, *_cells(found, [what for what, _ in kinds], detail))
        before = metric
    return scores


def _cells(found: Mapping[str, Row], kinds: Sequence[str], detail: Detail) -> Iterator[Text | str]:
    """Yield one cell for each kind of row, the best one bold, and its interval where that is shown."""
    means = {what: row["mean"] for what, row in found.items() if row["mean"] is not None}
    decimals = decimals_for(means.values())
    best = (max if next(iter(found.values()))["better"] == "higher" else min)(means.values())
    for what in kinds:
        mean, row = means.get(what), found.get(what)
        yield Text(show_score(mean, decimals), style="bold" if mean == best else "")
        if _shows_interval(what, detail):
            ends = (row["low"], row["high"]) if row and mean is not None else (None, None)
            yield "" if None in ends else " to ".join(show_score(end, decimals) for end in ends)


def _shows_interval(what: str, detail: Detail) -> bool:
    return detail == "all" or (detail == RESTORED == what)


def _title(case: Sequence[Row]) -> str:
    name, level = case[0]["corruption"] or "as the data set has it", case[0]["level"]
    name = f"{name}@{level}" if level and "@" not in name else name
    name = f"{case[0]['data']}: {name}" if case[0].get("data") else name
    largest = max(case, key=lambda row: row["n"] or 0)
    return f"{name}: {count(largest['n'] or 0, 'image')} of {count(largest['groups'] or 0, 'group')}"


def _notes(case: Sequence[Row]) -> list[str]:
    """Return why rows were left out."""
    return [f"{what}: {why}" for what, why in _unique((row["what"], row.get("reason")) for row in case) if why]


def _legend(rows: Sequence[Row], detail: Detail) -> list[str]:
    legend = ["bold: the best of a row" + ("; 95 %: bootstrap interval over groups" if detail != "none" else "")]
    if detail != "all" and any(row["low"] is not None for row in rows):
        legend.append(f"{'more' if detail != 'none' else '95 %'} intervals: in a wider window, or --json")
    if any(row["given_mask"] for row in rows):
        legend.append(f"{TOLD} is told where the damage is")
    return legend


def _unique(items: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return list(dict.fromkeys(items))

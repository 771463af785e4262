"""What is drawn of a run: its losses, the means of its leading score by corruption, and how single images score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from restore.planning.plan import Plan
from restore.running.leading import Leading, leading
from restore.show.charts import Chart, Span, curves, losses, spans
from restore.show.scores import GIVEN_MASK, cases_of, name_case
from restore.tasks.curves import Curve, curves_of

if TYPE_CHECKING:
    from restore.running.opened import Run

Row = Mapping[str, Any]


def charts_of(run: Run) -> list[Chart]:
    """Return the losses of a run, and its leading score where there are several corruptions."""
    made = [losses({run.name: run.history})] if run.history else []
    lead = leading(run.scores)
    drawn = curve_charts(run.planned, run.scores, lead)
    means = mean_spans(run.scores, lead)
    return [*made, *drawn] if drawn or lead is None or len(means) < 2 else [*made, spans(lead.title, means)]


def curve_charts(plan: Plan, rows: Sequence[Row], lead: Leading | None) -> list[Chart]:
    """Return the leading score over each ladder of damage and dataset, none where nothing varies."""
    together: dict[tuple[Any, ...], list[Curve]] = {}
    for curve in curves_of(plan, rows):
        if lead and (curve.metric, curve.region) == lead[:2]:
            together.setdefault((curve.ladder.name, curve.data), []).append(curve)
    made = []
    for (name, data), own in together.items():
        ladder = own[0].ladder
        series = {name_what(curve.first): [None if row is None else _span(row) for row in curve.rows] for curve in own}
        where = f"{data}: " if data else ""
        assert lead is not None
        made.append(curves(lead.title, f"{where}{name} {ladder.option}", ladder.names, series))
    return made


def mean_spans(rows: Sequence[Row], lead: Leading | None) -> dict[str, dict[str, Span]]:
    """Return the leading score's means with their intervals, by corruption and what."""
    found: dict[str, dict[str, Span]] = {}
    for case in cases_of(rows):
        for row in case:
            mean = row["mean"]
            if lead and (row["metric"], row["region"]) == lead[:2] and mean is not None:
                found.setdefault(name_case(row), {})[name_what(row)] = _span(row)
    return found


def name_what(row: Row) -> str:
    """Return what a row is of, marked where it was given the true mask."""
    return f"{row['what']} {GIVEN_MASK}" if row["given_mask"] else row["what"]


def _span(row: Row) -> Span:
    """Return a row's mean with its interval."""
    mean = row["mean"]
    return Span(mean, (mean, mean) if row["low"] is None else (row["low"], row["high"]))


def box_of(values: Any) -> Span:
    """Return the five numbers of values, the ends being the most distant ones."""
    import numpy as np

    low, first, middle, third, high = (float(one) for one in np.quantile(values, (0, 0.25, 0.5, 0.75, 1)))
    return Span(middle, (low, high), (first, third))

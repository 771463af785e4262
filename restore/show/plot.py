"""What is drawn of a run: its losses, the means of its leading score by corruption, and how single images score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from restore.running.leading import Leading, leading
from restore.show.charts import Chart, Span, losses, spans
from restore.show.scores import GIVEN_MASK, cases_of, name_case

if TYPE_CHECKING:
    from restore.running.opened import Run

Row = Mapping[str, Any]


def charts_of(run: Run) -> list[Chart]:
    """Return the losses of a run, and its leading score where there are several corruptions."""
    made = [losses({run.name: run.history})] if run.history else []
    lead = leading(run.scores)
    means = mean_spans(run.scores, lead)
    return [*made, spans(lead.title, means)] if lead and len(means) > 1 else made


def mean_spans(rows: Sequence[Row], lead: Leading | None) -> dict[str, dict[str, Span]]:
    """Return the leading score's means with their intervals, by corruption and what."""
    found: dict[str, dict[str, Span]] = {}
    for case in cases_of(rows):
        for row in case:
            mean = row["mean"]
            if lead and (row["metric"], row["region"]) == lead[:2] and mean is not None:
                ends = (mean, mean) if row["low"] is None else (row["low"], row["high"])
                found.setdefault(name_case(row), {})[name_what(row)] = Span(mean, ends)
    return found


def name_what(row: Row) -> str:
    """Return what a row is of, marked where it was given the true mask."""
    return f"{row['what']} {GIVEN_MASK}" if row["given_mask"] else row["what"]


def box_of(values: Any) -> Span:
    """Return the five numbers of values, the ends being the most distant ones."""
    import numpy as np

    low, first, middle, third, high = (float(one) for one in np.quantile(values, (0, 0.25, 0.5, 0.75, 1)))
    return Span(middle, (low, high), (first, third))

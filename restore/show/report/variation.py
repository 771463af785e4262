"""What several runs vary, and what comes of it: parallel coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from restore.running.leading import RESTORED
from restore.show import charts
from restore.show.report.parts import Charts, Part, Text
from restore.tasks.report import Reported

LEAST = 3
"""Runs from which on a chart says more than a table."""
SETTINGS = ("model", "dataset", "corrupt", "augment", "size", "fit", "limit", "seed", "split_by")
"""What a sweep may vary beside the training."""


def variation(runs: Sequence[Reported]) -> Iterator[Part]:
    """Yield a line for each run over what it was told, and its validation loss, or its score where losses differ."""
    varied = varied_of([run.document["plan"] for run in runs])
    outcome = _losses(runs) if "loss" not in varied else _scores(runs)
    if len(runs) < LEAST or not varied or outcome is None:
        return
    title, values, lower = outcome
    yield Charts([charts.parallel(varied, title, values, lower=lower)])
    yield Text("Each line is a run; the best one is drawn bold.", "legend")


def varied_of(plans: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the settings that differ among plans, each with its text in every plan."""
    rows = [{name: _text(plan.get(name)) for name in SETTINGS} for plan in plans]
    for row, plan in zip(rows, plans, strict=True):
        row |= {name: _text(value) for name, value in plan["training"].items() if name not in {"patience", "threads"}}
    columns = {name: [row.get(name, "") for row in rows] for name in rows[0]} if rows else {}
    return {name: texts for name, texts in columns.items() if len(set(texts)) > 1}


def _losses(runs: Sequence[Reported]) -> tuple[str, list[float], bool] | None:
    best = [min((row["val_loss"] for row in run.record.history if "val_loss" in row), default=None) for run in runs]
    known = [value for value in best if value is not None]
    return ("lowest validation loss", known, True) if len(known) == len(runs) else None


def _scores(runs: Sequence[Reported]) -> tuple[str, list[float], bool] | None:
    lead = runs[0].lead
    found = []
    for run in runs:
        rows = (row for row in run.document["scores"] if lead and (row["metric"], row["region"]) == lead[:2])
        found.append(next((row for row in rows if row["what"] == RESTORED and row["mean"] is not None), None))
    known = [row for row in found if row is not None]
    if lead is None or len(known) < len(runs):
        return None
    return lead.title, [row["mean"] for row in known], known[0]["better"] == "lower"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value["spec"])
    if isinstance(value, list):
        separator = ", " if value and isinstance(value[0], Mapping) else "x"
        return separator.join(map(_text, value))
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)

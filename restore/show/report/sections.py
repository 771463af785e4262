"""The sections of a report, made of the rows that the tables of a terminal are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from restore.show.report import facts, results
from restore.show.report.merging import merge
from restore.show.report.parts import Part, Section
from restore.show.report.variation import variation
from restore.tasks.compare import Compared
from restore.tasks.report import Reported


def sections_of(runs: Sequence[Reported], compared: Compared | str | None = None) -> list[Section]:
    """Return the sections that have content; `compared`: what compares the runs, or why nothing does."""
    rows = merge({run.label: run.document["scores"] for run in runs})
    made: list[tuple[str, str, Iterable[Part]]] = [
        ("overview", "At a glance", results.overview(runs, rows)),
        ("run", "What was run" if len(runs) == 1 else "What was run, side by side", facts.plans(runs)),
        ("variation", "What was varied", variation(runs)),
        ("training", "Training", results.training(runs)),
        ("scores", "Scores", results.scores(runs, rows)),
        ("differences", "Differences", results.differences(compared)),
        ("distribution", "Distribution over images", results.distribution(runs)),
        ("ledger", "Ledger of details", results.ledger(rows)),
        ("gallery", "Gallery", results.gallery(runs)),
        ("cost", "Cost", facts.cost(runs)),
        ("repeat", "Cite and repeat", facts.repeat(runs)),
    ]
    sections = [Section(anchor, title, list(parts)) for anchor, title, parts in made]
    return [one for one in sections if one.parts]

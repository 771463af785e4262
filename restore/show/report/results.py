"""What came out of runs: scores as cards, charts and tables, single images, and a gallery."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from restore.planning.plan import Plan
from restore.running.leading import RESTORED
from restore.show import charts
from restore.show.compare import compare_document, legend, verdict_sheet
from restore.show.figures import decimals_for, show_score
from restore.show.plot import box_of, curve_charts, mean_spans, name_what
from restore.show.report.parts import Card, Cards, Charts, Part, Text, to_grid
from restore.show.report.pictures import gallery_of
from restore.show.scores import GIVEN_MASK, cases_of, name_case, reasons_of, score_sheet
from restore.show.sheet import Column, Sheet
from restore.tasks.compare import Compared
from restore.tasks.report import Reported, same_test

Row = Mapping[str, Any]
Runs = Sequence[Reported]
COUNTS = ("kept", "moved", "lost", "invented")
"""The scores that a metric books details with, such as minutiae."""
UNFOLDED = 3
"""Tables of a section that are all seen at once."""


def overview(runs: Runs, rows: Sequence[Row]) -> Iterator[Part]:
    """Yield the notices, and a card for each corruption where there is one run."""
    for notice in dict.fromkeys(run.document["plan"].get("notice", "") for run in runs):
        if notice:
            yield Text(notice, "notice")
    lead = runs[0].lead
    if lead is None or len(runs) > 1:
        return
    cards = []
    for case in cases_of(rows):
        own = {row["what"]: row for row in case if (row["metric"], row["region"]) == lead[:2]}
        means = {what: row["mean"] for what, row in own.items() if row["mean"] is not None}
        decimals = decimals_for(means.values())
        others = [
            (name_what(own[what]), show_score(mean, decimals)) for what, mean in means.items() if what != RESTORED
        ]
        if RESTORED in means:
            cards.append(Card(name_case(case[0]), show_score(means[RESTORED], decimals), lead.unit, others))
    if cards:
        yield Cards(f"Restored: {lead.title}", cards)
        if any(row["given_mask"] for row in rows):
            yield Text(f"{GIVEN_MASK} given the true mask", "legend")


def training(runs: Runs) -> Iterator[Part]:
    """Yield the losses of all runs."""
    histories = {run.label: run.record.history for run in runs if run.record.history}
    if histories:
        yield Charts([charts.losses(histories)])


def scores(runs: Runs, rows: Sequence[Row]) -> Iterator[Part]:
    """Yield the leading score as a chart, and a table of all for each corruption."""
    if len(runs) > 1 and rows and not same_test(runs):
        yield Text("The runs were not tested on the same images: their scores cannot be compared.", "notice")
    curves = [
        one
        for run in runs
        for one in curve_charts(Plan.from_json(run.document["plan"]), run.document["scores"], run.lead)
    ]
    if curves:
        yield Charts(curves)
    spans = mean_spans(rows, runs[0].lead)
    if runs[0].lead is not None and len(spans) + len(runs) > 2 and not curves:
        yield Charts([charts.spans(runs[0].lead.title, spans)])
    cases = cases_of([row for row in rows if not _is_count(row)])
    for case in cases:
        yield to_grid(score_sheet(case, "all"), seen="whole" if len(cases) <= UNFOLDED else "folded")
        for reason in reasons_of(case):
            yield Text(reason, "legend")
    if not rows:
        return
    yield Text(
        "Bold: best in the row. Small: 95 % bootstrap interval over groups. ↑ higher is better, ↓ lower is better.",
        "legend",
    )
    if any(row["given_mask"] for row in rows):
        yield Text(f"{GIVEN_MASK} non-blind: given the true mask", "legend")


def differences(compared: Compared | str | None) -> Iterator[Part]:
    """Yield what is shown of the differences between the first run, A, and each of the others, B."""
    if compared is None:
        return
    if isinstance(compared, str):
        yield Text(f"Not compared: {compared}.")
        return
    document = compare_document(compared)
    for one in document["comparisons"]:
        yield Text(f"A: {one['a']['name']}, B: {one['b']['name']}.")
        cases = cases_of(one["rows"])
        for case in cases:
            yield to_grid(verdict_sheet(case), seen="whole" if len(cases) <= UNFOLDED else "folded")
    for line in legend(document):
        yield Text(f"{line[:1].upper()}{line[1:]}.", "legend")


def distribution(runs: Runs) -> Iterator[Part]:
    """Yield the scores of single images as boxes."""
    lead = runs[0].lead
    rows: dict[str, dict[str, charts.Span]] = {}
    for number, run in enumerate(runs):
        for corruption, own in run.spread.items():
            row = rows.setdefault(corruption or "as in the dataset", {})
            for what in ("damaged", "restored") if not number else ("restored",):
                if what in own:
                    row[what if what == "damaged" or len(runs) == 1 else run.label] = box_of(own[what])
    if lead and rows:
        yield Charts([charts.spans(lead.title, rows)])
        yield Text(
            "Each box: the middle half of the test images and their median; lines reach to the worst and the best.",
            "legend",
        )


def ledger(rows: Sequence[Row]) -> Iterator[Part]:
    """Yield the mean counts of details that were kept, moved, lost and invented, a table for each corruption."""
    booked = [row for row in rows if _is_count(row) and row["mean"] is not None]
    for case in cases_of(booked):
        found: dict[str, dict[str, dict[str, float]]] = {}
        for row in case:
            metric, _, name = row["metric"].rpartition(".")
            found.setdefault(metric, {}).setdefault(row["what"], {})[name] = row["mean"]
        columns = [Column("counted"), Column("image"), *(Column(name, right=True) for name in COUNTS)]
        sheet = Sheet(columns, title=f"Details, {name_case(case[0])}")
        for metric, lines in found.items():
            sheet.sections.add(len(sheet.rows))
            for number, (what, means) in enumerate(lines.items()):
                counts = (show_score(means.get(name), 1) for name in COUNTS)
                sheet.rows.append(["" if number else metric, what, *counts])
        yield to_grid(sheet)
    if booked:
        yield Text("Mean counts of an image, compared with the clean one.", "legend")


def gallery(runs: Runs) -> Iterator[Part]:
    """Yield the images of all runs."""
    found = gallery_of(runs)
    if found is None:
        return
    shown, notes = found
    lead = runs[0].lead
    ranked = f"Worst images first, by {lead.title}. " if lead else ""
    yield Text(" ".join([f"{ranked}Move the slider of an image: damaged to its left, restored to its right.", *notes]))
    yield shown


def _is_count(row: Row) -> bool:
    return row["metric"].rpartition(".")[2] in COUNTS

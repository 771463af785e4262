"""The sections of a report, made of the rows that the tables of a terminal are made of."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from restore.running.leading import RESTORED
from restore.show import charts
from restore.show.figures import count, decimals_for, show_score, show_seconds
from restore.show.plan import component_sheet
from restore.show.plot import box_of, mean_spans, name_what
from restore.show.report.merging import merge
from restore.show.report.parts import Card, Cards, Charts, Command, Items, Part, Section, Text, to_grid
from restore.show.report.pictures import gallery_of
from restore.show.run import LOSSES, describe_run
from restore.show.scores import GIVEN_MASK, cases_of, name_case, reasons_of, score_sheet
from restore.show.sheet import Cell, Column, Sheet
from restore.tasks.report import Reported, same_test

Row = Mapping[str, Any]
Runs = Sequence[Reported]
COUNTS = ("kept", "moved", "lost", "invented")
"""The scores that a metric books details with, such as minutiae."""
UNFOLDED = 3
"""Tables of a section that are all seen at once."""
PACKAGES = ("python", "keras", "tensorflow", "jax", "torch", "numpy")
"""Packages that a result depends on most."""


def sections_of(runs: Runs) -> list[Section]:
    """Return the sections that have content; what compares the runs would stand after their scores."""
    rows = merge({run.label: run.document["scores"] for run in runs})
    made: list[tuple[str, str, Callable[[], Iterator[Part]]]] = [
        ("overview", "At a glance", lambda: _overview(runs, rows)),
        ("run", "What was run" if len(runs) == 1 else "What was run, side by side", lambda: _plans(runs)),
        ("training", "Training", lambda: _training(runs)),
        ("scores", "Scores", lambda: _scores(runs, rows)),
        ("distribution", "Distribution over images", lambda: _distribution(runs)),
        ("ledger", "Ledger of details", lambda: _ledger(rows)),
        ("gallery", "Gallery", lambda: _gallery(runs)),
        ("cost", "Cost", lambda: _cost(runs)),
        ("repeat", "Cite and repeat", lambda: _repeat(runs)),
    ]
    sections = [Section(anchor, title, list(parts())) for anchor, title, parts in made]
    return [one for one in sections if one.parts]


def _overview(runs: Runs, rows: Sequence[Row]) -> Iterator[Part]:
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


def _plans(runs: Runs) -> Iterator[Part]:
    facts = {run.label: dict(describe_run(run.document, run.record)) for run in runs}
    for run in runs:
        # Where the file lies says more about its owner than about the run.
        facts[run.label]["file"] = Path(run.document["path"]).name
        versions = run.record.environment.get("versions", {})
        facts[run.label]["versions"] = ", ".join(f"{name} {versions[name]}" for name in PACKAGES if name in versions)
    yield to_grid(_beside("setting", facts, differ=True), title="Settings", seen="untitled")
    if len(runs) > 1:
        yield Text("Settings in bold differ between the runs.", "legend")
    for run in runs:
        named = "" if len(runs) == 1 else f" of {run.label}"
        yield to_grid(
            component_sheet(run.document["plan"]), title=f"Components{named} with options and owners", seen="folded"
        )
        warnings = list(dict.fromkeys(one.text for one in run.record.events if one.level == "warning"))
        if warnings:
            yield Items(f"Warnings{named}", warnings)


def _training(runs: Runs) -> Iterator[Part]:
    histories = {run.label: run.record.history for run in runs if run.record.history}
    if histories:
        yield Charts([charts.losses(histories)])


def _scores(runs: Runs, rows: Sequence[Row]) -> Iterator[Part]:
    if len(runs) > 1 and rows and not same_test(runs):
        yield Text("The runs were not tested on the same images: their scores cannot be compared.", "notice")
    spans = mean_spans(rows, runs[0].lead)
    if runs[0].lead is not None and len(spans) + len(runs) > 2:
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


def _distribution(runs: Runs) -> Iterator[Part]:
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


def _ledger(rows: Sequence[Row]) -> Iterator[Part]:
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


def _gallery(runs: Runs) -> Iterator[Part]:
    found = gallery_of(runs)
    if found is None:
        return
    gallery, notes = found
    lead = runs[0].lead
    ranked = f"Worst images first, by {lead.title}. " if lead else ""
    yield Text(" ".join([f"{ranked}Move the slider of an image: damaged to its left, restored to its right.", *notes]))
    yield gallery


def _cost(runs: Runs) -> Iterator[Part]:
    yield to_grid(
        _beside("cost", {run.label: dict(_costs(run)) for run in runs}),
        title="Seconds, weights, machine",
        seen="untitled",
    )


def _costs(run: Reported) -> Iterator[tuple[str, str]]:
    """Yield what a run cost, as far as its file says."""
    record, machine = run.record, run.record.environment
    for part, seconds in record.seconds.items():
        yield part, show_seconds(seconds)
    took = [row["seconds"] for row in record.history if "seconds" in row]
    if took and sum(took):
        yield "an epoch", show_seconds(sum(took) / len(took))
        trained = len(record.data["train"].ids) if "train" in record.data else 0
        if trained and run.document["plan"]["fit"] != "window":
            yield "training images", f"{show_score(trained * len(took) / sum(took), 1)} a second, with validation"
    yield "weights", f"{sum(array.size for network in record.weights.values() for _, array in network):,}"
    yield "threads", str(run.document["plan"]["training"].get("threads") or "as many as the machine offered")
    if "devices" in machine:
        cores = (
            f"{count(machine.get('usable') or machine.get('cores') or 0, 'usable core')}, {machine.get('platform', '')}"
        )
        yield "machine", f"{', '.join(machine['devices'])}; {cores}"


def _repeat(runs: Runs) -> Iterator[Part]:
    for run in runs:
        owners = run.document["plan"]["owners"].values()
        software = sorted(
            {f"{one['distribution']} {one['version']}" for one in owners}
            | {f"restore-toolkit {run.record.restore_version}"}
        )
        hashed = f", SHA-256 of its content {run.content}" if run.content else ""
        cited = [
            f"run {run.label}, id {run.record.id}, {run.record.created[:10]}{hashed}",
            f"software: {', '.join(software)}",
        ]
        yield Items("What to cite" if len(runs) == 1 else f"What to cite for {run.label}", [*cited, *run.citations])
        if run.record.kind == "run":
            yield Command(f"restore run --like {shlex.quote(run.record.name)}")
    yield Text(
        "The command repeats the plan; it needs the run file, and the data where that is not synthetic.", "legend"
    )


def _beside(name: str, facts: Mapping[str, Mapping[str, str]], *, differ: bool = False) -> Sheet:
    """Return facts by run as a table with a column for each run; those that differ are bold where that is asked for."""
    names = dict.fromkeys(one for own in facts.values() for one in own if one not in LOSSES)
    sheet = Sheet([Column(name), *map(Column, facts)])
    for one in names:
        texts = [own.get(one, "") for own in facts.values()]
        style = "bold" if differ and len(set(texts)) > 1 else ""
        sheet.rows.append([Cell(one, style), *texts])
    return sheet


def _is_count(row: Row) -> bool:
    return row["metric"].rpartition(".")[2] in COUNTS

"""What a report says of runs besides their results: how they were made, what they cost, how to cite and repeat them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from restore.show.figures import count, show_score, show_seconds
from restore.show.plan import component_sheet
from restore.show.report.parts import Command, Items, Part, Text, to_grid
from restore.show.run import LOSSES, describe_run
from restore.show.sheet import Cell, Column, Sheet
from restore.tasks.report import Reported

Runs = Sequence[Reported]
PACKAGES = ("python", "keras", "tensorflow", "jax", "torch", "numpy")
"""Packages that a result depends on most."""


def plans(runs: Runs) -> Iterator[Part]:
    """Yield settings, components and warnings of each run."""
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


def cost(runs: Runs) -> Iterator[Part]:
    """Yield what each run cost."""
    yield to_grid(
        _beside("cost", {run.label: dict(_costs(run)) for run in runs}),
        title="Seconds, weights, machine",
        seen="untitled",
    )


def repeat(runs: Runs) -> Iterator[Part]:
    """Yield what to cite of each run, and the command that repeats it."""
    for run in runs:
        owners = {f"{one['distribution']} {one['version']}" for one in run.document["plan"]["owners"].values()}
        software = sorted(owners | {f"restore-toolkit {run.record.restore_version}"})
        hashed = f", SHA-256 of its content {run.content}" if run.content else ""
        named = f"run {run.label}, id {run.record.id}, {run.record.created[:10]}{hashed}"
        title = "What to cite" if len(runs) == 1 else f"What to cite for {run.label}"
        yield Items(title, [named, f"software: {', '.join(software)}", *run.citations])
        if run.record.kind == "run":
            yield Command(f"restore run --like {shlex.quote(run.record.name)}")
        if run.record.kind == "evaluation" and run.record.parent:
            yield Text(f"An evaluation of the run {run.record.parent.id}.")
    if any(run.record.kind == "run" for run in runs):
        yield Text(
            "The command repeats the plan: it needs the run file, and the data unless that is synthetic.", "legend"
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


def _beside(name: str, facts: Mapping[str, Mapping[str, str]], *, differ: bool = False) -> Sheet:
    """Return facts by run as a table with a column for each run; those that differ are bold where that is asked for."""
    names = dict.fromkeys(one for own in facts.values() for one in own if one not in LOSSES)
    sheet = Sheet([Column(name), *map(Column, facts)])
    for one in names:
        texts = [own.get(one, "") for own in facts.values()]
        style = "bold" if differ and len(set(texts)) > 1 else ""
        sheet.rows.append([Cell(one, style), *texts])
    return sheet

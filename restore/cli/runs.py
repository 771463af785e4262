"""`restore runs`: the runs of a folder, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json, Runs
from restore.cli.output import print_json, print_shown

NEWEST = 50
"""Runs listed without --all: what one looks through without searching."""


def runs(
    runs: Runs = None,
    everything: Annotated[bool, typer.Option("--all", help=f"All runs, not the newest {NEWEST}.")] = False,
    json: Json = False,
) -> None:
    """List runs, newest first."""
    from datetime import UTC, datetime

    from restore.runfile.store import RunsFolder, runs_folder
    from restore.show.runs import run_document, run_parts

    folder = runs_folder(runs)
    found = RunsFolder(folder).summaries()
    listed = found if everything else found[:NEWEST]
    if json:
        print_json(run_document(listed, len(found)))
    else:
        print_shown(*run_parts(listed, len(found), folder=folder, now=datetime.now(UTC)))

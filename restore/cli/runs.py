"""`restore runs`: the runs of a folder, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json, Runs
from restore.cli.output import print_json, print_shown

NEWEST = 50
"""Most runs listed without --all."""


def runs(
    runs: Runs = None,
    everything: Annotated[bool, typer.Option("--all", help=f"List all runs, not only the newest {NEWEST}.")] = False,
    json: Json = False,
) -> None:
    """List runs, newest first."""
    from datetime import UTC, datetime

    from restore.runfile.store import RunsFolder, runs_folder
    from restore.show.runs import runs_document, runs_parts

    folder = runs_folder(runs)
    found = RunsFolder(folder).summaries()
    listed = found if everything else found[:NEWEST]
    document = runs_document(listed, len(found))
    return print_json(document) if json else print_shown(*runs_parts(document, folder=folder, now=datetime.now(UTC)))

"""`restore doctor`: the installation, its problems and how to solve them."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json, Runs
from restore.cli.command import own_commands
from restore.cli.failure import ShownError
from restore.cli.output import print_json, print_shown
from restore.cli.quiet import hushed


def doctor(
    context: typer.Context,
    runs: Runs = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not load the backend, which takes seconds; devices are not listed.")
    ] = False,
    json: Json = False,
) -> None:
    """Diagnose the installation.

    Shows versions, backend and devices, plugins, folders and memory; exits with 1 if there are problems.
    """
    from restore.plugins.commands import find_commands
    from restore.plugins.discovery import discover
    from restore.runfile.store import runs_folder
    from restore.show.doctor import doctor_document, doctor_parts
    from restore.tasks.doctor import examine

    # Most reports are about an unused GPU or a backend that does not load; both show only once the backend is loaded.
    commands = find_commands(own_commands(context))
    with hushed():  # whatever a plugin imports
        plugins = discover()
    found = examine(runs_folder(runs), plugins, commands, load_backend=not quick)
    if json:
        print_json(doctor_document(found))
    else:
        print_shown(*doctor_parts(found))
    if found.faults:
        raise ShownError

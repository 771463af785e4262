"""`restore doctor`: what a bug report needs, and what to do about what is wrong."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json, Runs
from restore.cli.failure import ShownError
from restore.cli.output import print_json, print_shown


def doctor(
    runs: Runs = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not load the backend, which takes seconds and tells the devices.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell what is installed, and what is wrong with it.

    Versions, backend and devices, plugins, folders and memory; exits with 1 where something is wrong.
    """
    from restore.plugins.discovery import discover
    from restore.runfile.store import runs_folder
    from restore.show.doctor import doctor_document, doctor_parts
    from restore.tasks.doctor import examine

    # A GPU that is not used, or a backend that does not load, is what most reports are about: both show only when the
    # backend is loaded, so that is what happens unless it is refused.
    found = examine(runs_folder(runs), discover(), load_backend=not quick)
    if json:
        print_json(doctor_document(found))
    else:
        print_shown(*doctor_parts(found))
    if found.faults:
        raise ShownError

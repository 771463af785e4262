"""`restore audit`: how much a run has memorised about its training subjects."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json, RunName, Runs
from restore.cli.output import print_json, print_shown
from restore.cli.quiet import load_backend, own_stderr


def audit(
    run: RunName,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not cache prepared images.")] = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Estimate what a run memorised about its training subjects.

    Compares the restoration of training images and of test images. Needs the data that the run was trained on.
    """
    from restore.running.opened import open_run

    opened = open_run(run, runs=runs)
    from restore.show.audit import audit_document, audit_parts
    from restore.show.progress import counting

    with own_stderr():
        load_backend()
        from restore.plugins.catalogue import Catalogue
        from restore.tasks.audit import audit as examine

        total = 2 * len(opened.record.data["test"].ids) * max(1, len(opened.plan["corrupt"]))
        with counting("audit", total, shown=not json) as step:
            findings = list(examine(opened, Catalogue.installed(), cache=not no_cache, on_images=step))
    document = audit_document(str(opened.path), findings)
    return print_json(document) if json else print_shown(*audit_parts(document))

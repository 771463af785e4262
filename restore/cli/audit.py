"""`restore audit`: whether a run restores the people that it learned from better than others."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json, RunName, Runs
from restore.cli.output import print_json, print_shown
from restore.cli.quiet import load_backend, own_stderr


def audit(
    run: RunName,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Keep no decoded pictures for the next time.")] = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Tell what a run has memorised of the people it learned from.

    Needs the data that the run was trained on.
    """
    from restore.running.run import open_run

    opened = open_run(run, runs=None if runs is None else str(runs))
    from restore.show.audit import audit_document, audit_parts
    from restore.show.progress import counting

    with own_stderr():
        load_backend()
        from restore.plugins.catalogue import Catalogue
        from restore.tasks.audit import audit as examine

        total = 2 * len(opened.record.data["test"].ids) * max(1, len(opened.plan["corrupt"]))
        with counting("audit", total, shown=not json) as step:
            findings = list(examine(opened.record, Catalogue.installed(), cache=not no_cache, on_images=step))
    if json:
        return print_json(audit_document(str(opened.path), findings))
    return print_shown(*audit_parts(findings))

"""`restore report`: runs as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Overwrite, Runs
from restore.cli.output import check_file, say, show_path
from restore.errors import RequestError

ENDINGS = (".html", ".htm")


def report(
    names: Annotated[
        list[str], typer.Argument(metavar="RUN", help="Path, name or unique start of the id of a run, or last.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.html", help="The page to write.")],
    overwrite: Overwrite = False,
    runs: Runs = None,
) -> None:
    """Write a report of runs as one HTML page.

    Several runs stand side by side. The page needs no network. It shows images of the test set: treat it as you treat these.
    """
    require_page(output, "--output", overwrite=overwrite)
    write_report(names, output, runs=runs, overwrite=overwrite)


def require_page(output: Path | None, option: str, *, overwrite: bool) -> None:
    """Raise `RequestError` where a page cannot be written to a file, if one is named."""
    if output is None:
        return
    if output.suffix.lower() not in ENDINGS:
        what = f"a report is written as HTML, not {output.suffix or 'without an extension'}"
        raise RequestError(what, code="format-not-written", where=option, hint=f"name it {output.stem}.html")
    check_file(output, overwrite=overwrite)


def write_report(names: Sequence[str], output: Path, *, runs: Path | None, overwrite: bool) -> None:
    """Write the report of runs, found by their names."""
    from restore.running.opened import open_run

    opened = [open_run(name, runs=runs) for name in names]
    from restore.plugins.catalogue import Catalogue
    from restore.show.report.page import report_page
    from restore.system.files import write_whole
    from restore.tasks.report import examine, verdicts

    paths = [run.path for run in opened]
    twice = next((run for run in opened if paths.count(run.path) > 1), None)
    if twice is not None:
        raise RequestError(f"{twice.name} is given twice", code="duplicate", where="RUN", hint="give it once")
    compared = verdicts(opened) if len(opened) > 1 else None
    page = report_page(examine(opened, Catalogue.installed()), compared)
    write_whole(output, page, overwrite=overwrite)
    say(f"report: {show_path(output)}")

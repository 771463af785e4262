"""`restore show`: the plan, data, training and scores of a run, and a panel of its images."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restore.cli.arguments import Json, Overwrite, RunName, Runs
from restore.cli.output import check_file, print_json, print_shown, say, show_path
from restore.errors import RequestError

if TYPE_CHECKING:
    from restore.running.opened import Run


def show(
    run: RunName,
    panel: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Write a panel of clean, damaged, mask and restored images.")
    ] = None,
    overwrite: Overwrite = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Show a run: its plan, data, training and scores."""
    from restore.running.opened import open_run

    if panel is not None:
        check_file(panel, overwrite=overwrite)
    opened = open_run(run, runs=runs)
    if panel is not None:
        _draw(opened, panel, overwrite=overwrite)
        say(f"panel: {show_path(panel)}")
    if json:
        return print_json(opened.to_json())
    from restore.show.console import width_of_stdout
    from restore.show.run import run_parts

    return print_shown(*run_parts(opened.to_json(), opened.record, width_of_stdout()))


def _draw(opened: Run, file: Path, *, overwrite: bool) -> None:
    """Write the panel of a run's gallery; raises `RequestError` where the run has none."""
    from restore.images import write
    from restore.show.panels import draw_panel

    if not opened.gallery:
        hint = "complete the run; pretrained runs and those made with --gallery none have no gallery"
        raise RequestError("the run has no gallery", code="no-gallery", where=str(opened.path), hint=hint)
    if file.suffix.lower() != ".png":
        what = f"a panel is written as PNG, not {file.suffix or 'without an extension'}"
        raise RequestError(what, code="format-not-written", where="--panel", hint=f"name it {file.stem}.png")
    write(file, draw_panel(opened.gallery), comment=opened.plan.get("notice", ""), overwrite=overwrite)

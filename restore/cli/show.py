"""`restore show`: one run, its plan, data, training and scores, and its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restore.cli.arguments import Json, Overwrite, RunName, Runs
from restore.cli.output import check_file, print_json, print_shown, say, show_path
from restore.errors import RequestError

if TYPE_CHECKING:
    from restore.running.run import Run


def show(
    run: RunName,
    panel: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw clean, damaged, mask and restored into a picture.")
    ] = None,
    overwrite: Overwrite = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Show a run: its plan, data, training and scores."""
    from restore.running.run import open_run

    if panel is not None:
        check_file(panel, overwrite=overwrite)
    opened = open_run(run, runs=None if runs is None else str(runs))
    if panel is not None:
        _draw(opened, panel, overwrite=overwrite)
        say(f"panel: {show_path(panel)}")
    if json:
        return print_json(opened.to_json())
    from restore.show.console import width_of_stdout
    from restore.show.run import run_parts

    return print_shown(*run_parts(opened.to_json(), opened.record, width_of_stdout()))


def _draw(opened: Run, file: Path, *, overwrite: bool) -> None:
    """Write the panel of a run's gallery; raises `RequestError` where there is none."""
    from restore.images import write
    from restore.show.panels import draw_panel

    if opened.gallery is None or not len(opened.gallery.index):
        hint = "a complete run has some, unless it was made with --gallery none"
        raise RequestError("the run holds no pictures", where=str(opened.path), hint=hint)
    if file.suffix.lower() != ".png":
        raise RequestError(f"a panel is a PNG file, not {file.name}", where="--panel", hint=f"{file.stem}.png")
    write(file, draw_panel(opened.gallery), comment=opened.plan.get("notice", ""), overwrite=overwrite)

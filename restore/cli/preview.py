"""`restore preview`: images and damage, before anything is trained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from restore.cli.arguments import Json, Overwrite, Runs
from restore.cli.options import parsed, watching_work
from restore.cli.output import check_file, print_json, print_shown, say, show_path
from restore.cli.quiet import hushed, own_stderr
from restore.errors import RequestError

ACROSS = 10
"""Images in a row of a grid."""


def preview(
    recipe: Annotated[
        str | None, typer.Argument(metavar="RECIPE", help="A recipe: restore list-plugins recipe.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="RUN", help="Preview that run's data; other options are differences.")
    ] = None,
    *,
    panel: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Write a panel of clean and damaged images.")
    ] = None,
    grid: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Write a grid of 100 training images with their classes.")
    ] = None,
    overwrite: Overwrite = False,
    runs: Runs = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not cache decoded images.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out images that cannot be used.")] = False,
    json: Json = False,
    **options: Any,
) -> None:
    """Look at images and damage before training.

    Counts, sizes, values, labels, splits and duplicates of what `run` with the same options would train on; some
    images, clean above damaged, in a terminal with colours or as a panel.
    """
    if (recipe is None) == (like is None):
        raise RequestError("give RECIPE or --like", code="conflict", where="restore preview")
    for file in (panel, grid):
        if file is not None:
            check_file(file, overwrite=overwrite)
    from restore.planning.options import make_request
    from restore.running.run import make_plan
    from restore.show.blocks import can_show
    from restore.show.console import width_of_stdout
    from restore.show.preview import preview_document, preview_parts
    from restore.tasks.preview import preview as look

    with hushed():
        plan = make_plan(make_request(recipe, **parsed(options)), like=like, runs=runs).plan
    with own_stderr(), watching_work(plan.to_json(), 0, shown=not json) as listener:
        made = look(plan, cache=not no_cache, skip_bad=skip_bad, listener=listener)
    if panel is not None:
        from restore.images import write
        from restore.show.panels import draw_panel

        rows = ("clean", "damaged", "mask")
        write(panel, draw_panel(made.shown, rows), comment=plan.notice, overwrite=overwrite)
        say(f"panel: {show_path(panel)}")
    if grid is not None:
        from restore.images import write
        from restore.show.grid import draw_grid

        write(grid, draw_grid(made.grid, ACROSS), comment=plan.notice, overwrite=overwrite)
        say(f"grid: {show_path(grid)}")
    if json:
        return print_json(preview_document(made))
    return print_shown(*preview_parts(made, width_of_stdout(), images=can_show()))

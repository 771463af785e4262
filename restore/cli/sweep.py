"""`restore sweep`: many runs of one recipe."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from restore.cli.arguments import Json, Runs
from restore.cli.failure import ShownError, print_warning
from restore.cli.options import parsed
from restore.cli.output import print_json, print_shown, say
from restore.cli.quiet import hushed, load_backend, own_stderr
from restore.errors import RequestError, Stopped, signal_of


def sweep(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe: restore list-plugins recipe.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=V1,V2", help="An option of run, and the values to try. Repeatable."),
    ] = None,
    seeds: Annotated[int, typer.Option(metavar="N", help="Seeds of each point, all tested on the same images.")] = 1,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that train, one thread each.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDR", help="Dask scheduler whose workers train, tcp://HOST:8786.")
    ] = None,
    *,
    runs: Runs = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not cache decoded images.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the points and stop.")] = False,
    json: Json = False,
    **options: Any,
) -> None:
    """Train every combination of some options.

    Each point is a run file named by its plan; those that are complete are not trained again, those that were stopped
    are resumed. Repeat the command to go on.
    """
    if workers < 1 or seeds < 1:
        where = "--workers" if workers < 1 else "--seeds"
        raise RequestError("fewer than one", code="out-of-range", where=where, hint="choose 1 or more")
    if workers > 1 and scheduler is not None:
        what, hint = "processes here, and a cluster", "leave one of them out"
        raise RequestError(what, code="conflict", where="--workers, --scheduler", hint=hint)
    with hushed():
        from restore.planning.grid import parse_axes
        from restore.running.opened import runs_folder
        from restore.show.sweep import sweep_document, sweep_parts, watching_sweep
        from restore.tasks.sweep import plan_points, summaries_of
        from restore.tasks.sweep import sweep as carry_out

        said = {name: value for name, value in parsed(options).items() if value is not None}
        points = plan_points(recipe, said, parse_axes(settings or []), seeds=seeds)
    folder = runs_folder(runs)

    def draw(errors: Any) -> Any:
        return sweep_document(points, summaries_of(points, folder), errors, folder)

    errors: dict[str, str] = {}
    if not dry_run:
        with own_stderr(), watching_sweep(draw, shown=not json, tell=say, warn=print_warning) as ended:
            if workers == 1 and scheduler is None:
                load_backend()
            try:
                outcomes = carry_out(
                    points, folder, workers=workers, scheduler=scheduler, cache=not no_cache, on_outcome=ended
                )
            except KeyboardInterrupt as error:
                what, hint = "stopped by a signal", "repeat the command to go on"
                raise Stopped(signal_of(error), what, where=str(folder), hint=hint) from error
        errors = {one.name: one.error for one in outcomes if one.status == "failed"}
    document = draw(errors)
    print_json(document) if json else print_shown(*sweep_parts(document))
    if errors:
        raise ShownError

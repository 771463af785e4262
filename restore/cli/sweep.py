"""`restore sweep`: many runs of one recipe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restore.cli.arguments import Json, Overwrite, Runs
from restore.cli.failure import ShownError, print_warning
from restore.cli.options import parsed
from restore.cli.output import print_json, print_shown, say
from restore.cli.quiet import hushed, load_backend, own_stderr
from restore.cli.report import require_page, write_report
from restore.errors import RequestError, Stopped, signal_of

if TYPE_CHECKING:
    from restore.system.workers import Executor
    from restore.tasks.sweep import Outcome


def sweep(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe: restore list-plugins recipe.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=V1,V2", help="An option of run, and the values to try. Repeatable."),
    ] = None,
    seeds: Annotated[int, typer.Option(metavar="N", help="Seeds of each point, all tested on the same images.")] = 1,
    search: Annotated[
        int | None,
        typer.Option(metavar="N", help="Let Optuna choose N points; --set then takes ranges too, lr=0.0001..0.1."),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that train, one thread each.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDR", help="Dask scheduler whose workers train, tcp://HOST:8786.")
    ] = None,
    *,
    runs: Runs = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not cache decoded images.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List the points and stop.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write a report of all complete points at the end.")
    ] = None,
    overwrite: Overwrite = False,
    json: Json = False,
    **options: Any,
) -> None:
    """Train every combination of some options.

    Each point is a run file named by its plan; those that are complete are not trained again, those that were stopped
    are resumed. Repeat the command to go on.
    """
    _require_sensible(workers=workers, seeds=seeds, search=search, scheduler=scheduler, dry_run=dry_run)
    require_page(report, "--report", overwrite=overwrite)
    with hushed():
        from restore.planning.grid import parse_axes
        from restore.running.opened import runs_folder
        from restore.show.sweep import sweep_document, sweep_parts, watching_sweep
        from restore.tasks.search import find_points
        from restore.tasks.sweep import executing, plan_points, run_points, summaries_of

        said = {name: value for name, value in parsed(options).items() if value is not None}
        axes = parse_axes(settings or [])
        points = plan_points(recipe, said, axes, seeds=seeds) if search is None else []
    folder, cache = runs_folder(runs), not no_cache
    errors: dict[str, str] = {}

    def draw() -> Any:
        return sweep_document(points, summaries_of(points, folder), errors, folder)

    def work(executor: Executor) -> Iterator[Outcome]:
        if search is None:
            return run_points(points, folder, executor, cache=cache)
        return find_points(recipe, said, axes, search, folder, executor, points, at_once=workers, cache=cache)

    if not dry_run:
        with own_stderr(), watching_sweep(draw, errors, shown=not json, tell=say, warn=print_warning) as ended:
            if workers == 1 and scheduler is None:
                load_backend()
            try:
                with executing(workers, scheduler) as executor:
                    for outcome in work(executor):
                        ended(outcome)
            except KeyboardInterrupt as error:
                what, hint = "stopped by a signal", "repeat the command to go on"
                raise Stopped(signal_of(error), what, where=str(folder), hint=hint) from error
    document = draw()
    if report is not None:
        _report(document, report, folder, overwrite=overwrite)
    print_json(document) if json else print_shown(*sweep_parts(document))
    if errors:
        raise ShownError


def _report(document: Any, file: Path, folder: Path, *, overwrite: bool) -> None:
    """Write a report of all complete points, if there is one."""
    complete = [one["name"] for one in document["points"] if one["status"] == "complete"]
    if complete:
        write_report(complete, file, runs=folder, overwrite=overwrite)
    else:
        say("no point is complete: no report is written")


def _require_sensible(*, workers: int, seeds: int, search: int | None, scheduler: str | None, dry_run: bool) -> None:
    """Raise `RequestError` for numbers below one, and for options that exclude each other."""
    for option, number in (("--workers", workers), ("--seeds", seeds), ("--search", search)):
        if number is not None and number < 1:
            raise RequestError("fewer than one", code="out-of-range", where=option, hint="choose 1 or more")
    conflicts = (
        (workers > 1 and scheduler is not None, "--workers, --scheduler", "processes here, and a cluster"),
        (search is not None and seeds > 1, "--search, --seeds", "a search tries points, not seeds"),
        (search is not None and dry_run, "--search, --dry-run", "a search chooses its points as it goes"),
    )
    for both, where, what in conflicts:
        if both:
            raise RequestError(what, code="conflict", where=where, hint="leave one of them out")

"""`restore eval`: a trained run scored on other data, or under other damage."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from restore.cli.arguments import Json, RunName, Runs
from restore.cli.options import parsed, watching_work
from restore.cli.output import print_json, print_shown, show_path
from restore.cli.quiet import hushed, own_stderr
from restore.cli.signals import stopping_gently


def evaluate(
    run: RunName,
    levels: Annotated[
        bool,
        typer.Option("--levels", help="Score each corruption in several amounts: box:size=8..56, or its levels."),
    ] = False,
    bound: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC[:REGION]=X", help="Find the amount of damage from which on a score is worse. Repeatable."
        ),
    ] = None,
    *,
    runs: Runs = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the evaluation; by default RUN-eval-id.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not cache decoded images.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out images that cannot be used.")] = False,
    json: Json = False,
    **options: Any,
) -> None:
    """Score a trained run again, or on other data.

    Images that the run or one of its ancestors learned from are left out. The scores are stored in a run file of their
    own, which `show` and `report` read like that of a run.
    """
    from restore.planning.options import make_request
    from restore.plugins.catalogue import Catalogue
    from restore.running.how import How
    from restore.running.opened import open_run
    from restore.show.console import width_of_stdout
    from restore.show.evaluation import evaluation_document, evaluation_parts
    from restore.tasks.curves import parse_bound
    from restore.tasks.evaluate import evaluation_plan, execute

    bounds = [parse_bound(text) for text in bound or ()]
    with hushed():
        opened = open_run(run, runs=runs)
        plan = evaluation_plan(opened, make_request(None, **parsed(options)), Catalogue.installed(), levels=levels)
    with own_stderr(), stopping_gently() as should_stop, watching_work(plan.to_json(), 0, shown=not json) as progress:
        how = How(cache=not no_cache, skip_bad=skip_bad, listener=progress, should_stop=should_stop)
        made = execute(opened, plan, how, runs=runs, name=name)
    document = evaluation_document(made.to_json(), bounds)
    if json:
        return print_json(document)
    return print_shown(*evaluation_parts(document, width_of_stdout()), "", f"evaluation: {show_path(made.path)}")

"""`restore run`: plans, trains, scores and records."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restore.cli.arguments import Json, Runs
from restore.cli.options import loading_backend, parsed, watching_work
from restore.cli.output import print_json, print_shown, say, show_path
from restore.cli.quiet import hushed, load_backend, own_stderr
from restore.cli.signals import stopping_gently
from restore.errors import RequestError

if TYPE_CHECKING:
    from restore.running.opened import Run
    from restore.running.run import Planned


def run(
    recipe: Annotated[
        str | None, typer.Argument(metavar="RECIPE", help="A recipe: restore list-plugins recipe.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="RUN", help="Repeat that run; other options are differences from it.")
    ] = None,
    from_run: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="RUN", help="Start from the weights of that run; without a RECIPE, with its plan."
        ),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Resume that run; with --runs, --device, --json, --keep-state only."),
    ] = None,
    *,
    runs: Runs = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the run; by default RECIPE-CORRUPTION-id.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not cache decoded images for the next run.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out images that cannot be used.")] = False,
    keep_state: Annotated[
        bool, typer.Option("--keep-state", help="Keep the optimizer's state when the run is complete.")
    ] = False,
    device: Annotated[str | None, typer.Option(metavar="NAME", help="Where to train: cpu, gpu or auto.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")] = False,
    json: Json = False,
    **options: Any,
) -> None:
    """Plan, train, score and record a run.

    Give a RECIPE, a run to repeat (--like), one to start from (--from), or a stopped one to finish (--resume).
    """
    given = sum(one is not None for one in (recipe, like, resume))
    if given > 1 or (not given and from_run is None):
        what = "give exactly one of RECIPE, --like RUN and --resume RUN, or --from RUN"
        raise RequestError(what, code="conflict", where="restore run")
    if resume is not None:
        others = {"name": name, "no_cache": no_cache, "skip_bad": skip_bad, "dry_run": dry_run}
        _refuse_beside_resume({**options, "from": from_run, **others})
    from restore.planning.options import make_request
    from restore.plugins.catalogue import Catalogue
    from restore.running.how import How
    from restore.running.opened import open_run
    from restore.running.run import execute, make_plan, resume_run
    from restore.system.environment import parse_device

    chosen = parse_device(device or "auto")
    plan: Mapping[str, Any]
    work: Callable[[How], Run]
    with hushed():  # components are imported, and perhaps a backend with them
        if resume is None:
            planned = make_plan(make_request(recipe, **parsed(options)), like=like, from_run=from_run, runs=runs)
            plan, done = planned.plan.to_json(), 0
            work = functools.partial(execute, planned.plan, runs=runs, name=name, parent=planned.parent)
        else:
            stopped = open_run(resume, runs=runs)
            stopped.load_parts(Catalogue.installed())
            plan, done = stopped.plan, len(stopped.history)
            work = functools.partial(resume_run, stopped.path, runs=runs)
    if resume is None:
        _say_differences(planned, to_stdout=dry_run and not json)
        if dry_run:
            return _show(plan, json=json)
    with own_stderr(), stopping_gently() as should_stop, watching_work(plan, done, shown=not json) as progress:
        if chosen != "auto":
            load_backend()
        finished = work(
            How(
                cache=not no_cache,
                keep_state=keep_state,
                skip_bad=skip_bad,
                device=chosen,
                listener=loading_backend(progress),
                should_stop=should_stop,
            )
        )
    return print_json(finished.to_json()) if json else _print_scores(finished)


def _refuse_beside_resume(given: Mapping[str, Any]) -> None:
    """Raise `RequestError` for options that `--resume` does not take: the stored plan has them."""
    from restore.planning.options import flag_of, flags

    options = [name for name, value in given.items() if value is not None and value is not False]
    if options:
        names = ", ".join(flag_of(name) if name in flags() else f"--{name.replace('_', '-')}" for name in options)
        hint = "leave them out, or plan another run: --like RUN"
        raise RequestError("a run is resumed exactly as planned", code="resume-options", where=names, hint=hint)


def _say_differences(planned: Planned, *, to_stdout: bool) -> None:
    """Say how a plan differs from that of the run that it repeats."""
    if planned.base is None:
        return
    from restore.planning.plan import differences
    from restore.show.plan import difference_parts

    lines = difference_parts(planned.base.name, differences(planned.base.planned, planned.plan))
    if to_stdout:
        print_shown(*lines)
    else:
        for line in lines:
            say(str(line))


def _show(plan: Mapping[str, Any], *, json: bool) -> None:
    from restore.show.plan import plan_parts

    return print_json({"schema": 1, "plan": plan}) if json else print_shown(*plan_parts(plan))


def _print_scores(finished: Run) -> None:
    from restore.show.console import width_of_stdout
    from restore.show.scores import score_parts

    notice = ["", finished.plan["notice"]] if finished.plan.get("notice") else []
    print_shown(
        *score_parts(finished.scores, width_of_stdout()), *notice, "", f"run file: {show_path(Path(finished.path))}"
    )

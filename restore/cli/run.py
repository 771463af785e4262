"""`restore run`: plans, trains, scores and records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restore.cli.arguments import Alpha, Json, MaxPixels, Runs, parse_count, parse_size
from restore.cli.failure import print_warning
from restore.cli.output import print_json, print_shown, say, show_path
from restore.cli.quiet import load_backend, own_stderr
from restore.cli.signals import stopping_gently
from restore.errors import RequestError

if TYPE_CHECKING:
    from restore.events import Listener
    from restore.planning.request import Request
    from restore.running.run import Run

Specs = list[str] | None
RESUME_TAKES = ("runs", "json", "keep_state", "device")


def run(
    recipe: Annotated[str | None, typer.Argument(metavar="RECIPE", help="A recipe of list-plugins recipe.")] = None,
    like: Annotated[
        str | None, typer.Option(metavar="RUN", help="Take that run's plan; other options are differences from it.")
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Carry that run on; with --runs, --device, --json, --keep-state only."),
    ] = None,
    data: Annotated[str | None, typer.Option(metavar="PATH", help="A folder of pictures.")] = None,
    dataset: Annotated[str | None, typer.Option(metavar="SPEC", help="The data set.")] = None,
    also: Annotated[
        Specs,
        typer.Option(metavar="[SPEC=]PATH", help="Another folder to be tested on, in rows of its own; several times."),
    ] = None,
    corrupt: Annotated[
        Specs, typer.Option(metavar="SPEC", help="Damage, name@level:key=value|next; may be given several times.")
    ] = None,
    model: Annotated[str | None, typer.Option(metavar="SPEC", help="The model to train.")] = None,
    baseline: Annotated[
        Specs, typer.Option(metavar="SPEC", help="A model without training, scored beside; several times, or none.")
    ] = None,
    metric: Annotated[Specs, typer.Option(metavar="SPEC", help="A metric; may be given several times.")] = None,
    size: Annotated[str | None, typer.Option(metavar="N|HxW", help="Side, or height and width, in pixels.")] = None,
    alpha: Alpha = None,
    max_pixels: MaxPixels = None,
    epochs: Annotated[int | None, typer.Option(metavar="N", help="Epochs at most; training may stop early.")] = None,
    batch: Annotated[int | None, typer.Option(metavar="N", help="Images in a batch.")] = None,
    lr: Annotated[float | None, typer.Option(metavar="X", help="Learning rate.")] = None,
    optimizer: Annotated[str | None, typer.Option(metavar="NAME", help="Keras' name of the optimizer.")] = None,
    loss: Annotated[str | None, typer.Option(metavar="NAME", help="Keras' name of the image's loss.")] = None,
    limit: Annotated[int | None, typer.Option(metavar="N", help="Take N images, in whole groups.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Seed of everything that is drawn.")] = None,
    runs: Runs = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The run's name; else RECIPE-CORRUPTION-id.")] = None,
    gallery: Annotated[
        str | None, typer.Option(metavar="N|none", help="Pictures kept in the run file for each corruption.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Keep no decoded pictures for the next run.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out pictures that cannot be used.")] = False,
    keep_state: Annotated[
        bool, typer.Option("--keep-state", help="Keep the optimizer's state when the run is complete.")
    ] = False,
    device: Annotated[str | None, typer.Option(metavar="NAME", help="Where to train: cpu, gpu, or auto.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")] = False,
    json: Json = False,
) -> None:
    """Plan, train, score and record a run.

    It is one of a RECIPE, one --like another run, or --resume carries a stopped one on.
    """
    if sum(one is not None for one in (recipe, like, resume)) != 1:
        raise RequestError("say exactly one of RECIPE, --like RUN and --resume RUN", where="restore run")
    if resume is not None:
        _refuse_beside_resume(locals())
    from restore.planning.request import Request
    from restore.system.environment import parse_device

    chosen = parse_device(device or "auto")

    request = Request(
        recipe=recipe,
        data=data,
        also=also,
        dataset=dataset,
        corrupt=corrupt,
        model=model,
        baselines=baseline,
        metrics=metric,
        size=parse_size(size),
        alpha=alpha,
        max_pixels=max_pixels,
        epochs=epochs,
        batch=batch,
        lr=lr,
        optimizer=optimizer,
        loss=loss,
        limit=limit,
        seed=seed,
        gallery=parse_count(gallery),
    )
    folder = None if runs is None else str(runs)
    plan, done = _look_ahead(request, like=like, resume=resume, runs=folder, to_stdout=dry_run and not json)
    if dry_run:
        from restore.show.plan import plan_parts

        return print_json({"schema": 1, "plan": plan}) if json else print_shown(*plan_parts(plan))

    from restore.running.run import carry_out

    with own_stderr(), stopping_gently() as should_stop, _progress(plan, done, shown=not json) as progress:
        if chosen != "auto":
            load_backend()
        finished = carry_out(
            request,
            like=like,
            resume=resume,
            runs=folder,
            name=name,
            cache=not no_cache,
            keep_state=keep_state,
            skip_bad=skip_bad,
            device=chosen,
            listener=_loading_backend(progress),
            should_stop=should_stop,
        )
    return print_json(finished.to_json()) if json else _print_scores(finished)


def _refuse_beside_resume(given: Mapping[str, Any]) -> None:
    """Raise `RequestError` for options that `--resume` does not take: the stored plan says them."""
    options = [
        name
        for name, value in given.items()
        if value is not None and value is not False and name not in ("resume", *RESUME_TAKES)
    ]
    if options:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in options)
        hint = "a run is carried on as it was planned; for another plan take --like"
        raise RequestError(f"--resume does not take {flags}", where="restore run", hint=hint)


def _look_ahead(
    request: Request, *, like: str | None, resume: str | None, runs: str | None, to_stdout: bool
) -> tuple[Mapping[str, Any], int]:
    """Return the plan as JSON and the epochs that are done; tell the differences from the run `like`."""
    from restore.running.run import make_plan, open_run

    if resume is not None:
        stopped = open_run(resume, runs=runs)
        return stopped.plan, len(stopped.history)
    plan = make_plan(request, like=like, runs=runs)
    if like is not None:
        from restore.planning.plan import Plan, differences
        from restore.show.plan import difference_parts

        other = open_run(like, runs=runs)
        lines = difference_parts(other.name, differences(Plan.from_json(other.plan), plan))
        if to_stdout:
            print_shown(*lines)
        else:
            for line in lines:
                say(str(line))
    return plan.to_json(), 0


def _progress(plan: Mapping[str, Any], done: int, *, shown: bool) -> Any:
    """Return a context that gives the listener: a bar on a terminal, lines elsewhere, warnings alone with --json."""
    from restore.show.progress import Course, watching

    return watching(Course.of(plan, done) if shown else None, tell=say, warn=print_warning)


def _loading_backend(listener: Listener) -> Listener:
    """Return a listener that loads the backend before the first phase that needs it: bad data is told without it."""
    from restore.events import Event, Phase

    def heard(event: Event) -> None:
        listener(event)
        if isinstance(event, Phase) and not event.name.startswith("data"):
            load_backend()

    return heard


def _print_scores(finished: Run) -> None:
    from restore.show.console import width_of_stdout
    from restore.show.scores import score_parts

    notice = ["", finished.plan["notice"]] if finished.plan.get("notice") else []
    print_shown(
        *score_parts(finished.scores, width_of_stdout()), *notice, "", f"run file: {show_path(Path(finished.path))}"
    )

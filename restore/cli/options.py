"""The options of a run as parameters of commands, and the progress of the work that they ask for."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restore.cli.failure import print_warning
from restore.cli.output import say
from restore.cli.quiet import load_backend

if TYPE_CHECKING:
    from restore.events import Listener


def with_options(function: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose `**options`, if it has any, are spelt out: those of a run, or of an evaluation."""
    if not any(one.kind is one.VAR_KEYWORD for one in inspect.signature(function).parameters.values()):
        return function
    from restore.planning.options import EVALUATED, types

    @functools.wraps(function)
    def command(**options: Any) -> None:
        function(**options)

    only = EVALUATED if function.__name__ == "evaluate" else types()
    own = list(inspect.signature(function, eval_str=True).parameters.values())
    spelt = [_parameter(name, kind) for name, kind in types().items() if name in only]
    at = next(i for i, one in enumerate(own) if one.kind is one.KEYWORD_ONLY)
    parameters = [*own[:at], *spelt, *(one for one in own[at:] if one.kind is one.KEYWORD_ONLY)]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command


def _parameter(name: str, kind: Any) -> inspect.Parameter:
    """Return the parameter of an option as Typer reads it; without a value it is None."""
    from restore.planning.options import flag_of, flags

    flag = flags()[name]
    option = typer.Option(flag_of(name), metavar=flag.metavar, help=flag.help)
    kinds = Annotated[kind | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kinds)


def parsed(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as Python gives them, from the texts of a command line."""
    from restore.planning.options import flags

    known = flags()
    return {
        name: parse(value) if value is not None and (parse := known[name].parse) else value
        for name, value in options.items()
    }


def watching_work(plan: Mapping[str, Any], done: int, *, shown: bool) -> Any:
    """Return a context that gives the listener: a bar on a terminal, lines elsewhere, warnings alone with --json."""
    from restore.show.progress import Course, watching

    return watching(Course.of(plan, done) if shown else None, tell=say, warn=print_warning)


def loading_backend(listener: Listener) -> Listener:
    """Return a listener that loads the backend before the first phase that needs it: bad data is refused without it."""
    from restore.events import Event, Phase

    def heard(event: Event) -> None:
        listener(event)
        if isinstance(event, Phase) and not event.name.startswith("data"):
            load_backend()

    return heard

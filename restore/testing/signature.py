"""What all components with a function have in common: it imports, and its options say what they take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from inspect import Parameter, signature, unwrap

from restore.errors import RequestError
from restore.images import MAX_PIXELS
from restore.planning.resolve import FILLED
from restore.plugins.boundary import bind, guard, load, options_of
from restore.plugins.catalogue import Entry
from restore.plugins.components import Augmentation, Component, Corruption, Metric, Model
from restore.plugins.options import REQUIRED, Option, parse_options, plain
from restore.plugins.spec import Step, parse, write_value
from restore.testing.findings import Check, Finding, Flaw, carry_out

SEED, SIZE = 1, (96, 96)


def judge(entry: Entry) -> Iterator[Finding]:
    """Yield what the checks find of a component's function and options."""
    yield from carry_out(entry.owner, CHECKS, entry)


def imports_and_has_readable_options(entry: Entry) -> None:
    """Check that every option has a type, and a default unless the plan fills it in."""
    for option in options_of(entry).values():
        if option.default is REQUIRED and option.name not in FILLED.get(entry.component.kind, ()):
            raise Flaw(f"has no default for its option {option.name}")


def has_options_that_read_back(entry: Entry) -> None:
    """Check that every default is a value of its option's type, and survives being written and read."""
    for option in options_of(entry).values():
        with guard(entry.owner, f"describing its option {option.name}"):
            json.dumps(option.describe())
        if option.default is not REQUIRED:
            _check_default(option)


def takes_what_the_plan_fills_in(entry: Entry) -> None:
    """Check that options with the names of what a plan fills in are of the same types."""
    try:
        bind(entry, filled(entry))
    except RequestError as error:
        raise Flaw(f"has an option that the plan fills in, but {error.what}") from error


def has_levels_that_it_takes(entry: Entry) -> None:
    """Check that the options of every level are options of the function, with values that it takes."""
    for name, options in entry.levels.items():
        try:
            with guard(entry.owner, f"reading its level {name}"):
                parse_options(options_of(entry), options)
                json.dumps(options)
        except RequestError as error:
            raise Flaw(f"has a level {name} that it does not take: {error.what}") from error


def takes_its_options_by_keyword(entry: Entry) -> None:
    """Check that what follows the arguments that its kind gets stands after a `*`: other parameters are no options."""
    parameters = signature(unwrap(load(entry))).parameters.values()
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    names = [one.name for one in parameters if one.kind in kinds]
    given, options = names[: _arguments(entry.component)], names[_arguments(entry.component) :]
    if options:
        own = [one.name for one in parameters if one.kind is Parameter.KEYWORD_ONLY]
        wanted = ", ".join([*given, "*", *options, *own])
        raise Flaw(f"takes {', '.join(options)} by position, so that no spec can set it: write ({wanted})")


CHECKS: tuple[Check[Entry], ...] = (
    imports_and_has_readable_options,
    takes_its_options_by_keyword,
    has_options_that_read_back,
    takes_what_the_plan_fills_in,
    has_levels_that_it_takes,
)


def filled(entry: Entry, *, channels: int = 1, size: tuple[int, int] = SIZE) -> dict[str, object]:
    """Return the options of `entry` that a plan would fill in, as plain JSON."""
    values = {"seed": SEED, "size": list(size), "channels": channels, "max_pixels": MAX_PIXELS}
    return {name: values[name] for name in FILLED.get(entry.component.kind, ()) if name in options_of(entry)}


def check_options(entry: Entry, options: dict[str, object]) -> None:
    """Raise `RequestError` where the component does not take `options`."""
    parse_options(options_of(entry), options)
    bind(entry, filled(entry) | options)


def _arguments(component: Component) -> int:
    """Return how many arguments the function of a component gets by position."""
    match component:
        case Corruption() | Model(trains=False):
            return 2
        case Augmentation() | Metric(over="image"):
            return 3
        case _:
            return 1


def _check_default(option: Option) -> None:
    """Read the default as the plan's JSON gives it, and as a spec writes it."""
    (step,) = parse(str(Step("a", None, {option.name: write_value(plain(option.default))})))
    try:
        readings = option.parse(plain(option.default)), option.parse(step.options[option.name])
    except RequestError as error:
        raise Flaw(f"has a default of the wrong type: {error.what}") from error
    if any(reading != option.default for reading in readings):
        raise Flaw(f"has a default that reads back as {readings[-1]!r}: option {option.name}={option.default!r}")

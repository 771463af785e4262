"""A command as all of them are: strict about what it is given, and quick to start."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from restore.cli.output import print_text
from restore.errors import RequestError

SETTINGS = {"help_option_names": ["-h", "--help"]}


class Command(TyperCommand):
    """A command that refuses an option given twice, where the last would win in silence, and empty values."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return `--help`, off unless given."""
        return plain_help(super().get_help_option(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, counting each option first."""
        values, _, order = self.make_parser(ctx).parse_args(args=list(args))
        for parameter in order:
            free = parameter.multiple or getattr(parameter, "is_flag", False)
            once = parameter.param_type_name == "option" and not free
            if once and order.count(parameter) > 1:
                what = f"{parameter.opts[0]} is given twice"
                raise RequestError(what, code="duplicate", where=ctx.command_path, hint="give it once")
            given = values[parameter.name]
            if "" in (given if isinstance(given, list | tuple) else [given]):
                # Else it would stand for nothing, or, as a path, for the current folder.
                told = parameter.metavar if parameter.param_type_name == "argument" else parameter.opts[0]
                hint = "give a value, or leave it out"
                raise RequestError(f"{told} is empty", code="empty-value", where=ctx.command_path, hint=hint)
        return super().parse_args(ctx, args)


class Commands(TyperGroup):
    """A group of commands whose help is plain."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return `--help`, off unless given."""
        return plain_help(super().get_help_option(ctx))


class Group(NamedTuple):
    """A command that is several ones: its help, and these by name."""

    help: str
    commands: Mapping[str, Callable[..., None]]


def plain_help(option: Any) -> Any:
    """Return the help option as a yes or no, and printing as all commands do.

    Typer loads pydantic, half of the start, to make a yes or no out of None.
    """
    if option is not None:
        option.default, option.callback = False, _print_help
    return option


def _print_help(context: Any, _: Any, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        print_text(context.get_help())
        context.exit()


def own_commands(context: typer.Context) -> Collection[str]:
    """Return the names of the toolkit's own commands, which no plugin's command replaces."""
    group: Any = context.find_root().command
    names: Collection[str] = group.commands
    return names

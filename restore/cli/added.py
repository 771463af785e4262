"""A command that a plugin adds: found by name, loaded when it is called, its faults named as its distribution's."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import Any

import typer

from restore.cli.command import SETTINGS, Command
from restore.cli.failure import USAGE
from restore.errors import RequestError, WorkError
from restore.plugins.boundary import guard
from restore.plugins.commands import AddedCommand, find_commands
from restore.text import did_you_mean

PASSING = (typer.Exit, typer.Abort, USAGE, BrokenPipeError)
"""How a command may end without being at fault."""


def build_added(name: str, builtin: Collection[str]) -> Any:
    """Return the command `name` of a plugin as a Click command.

    Raises `RequestError` where no plugin has it, `ComponentError` where it cannot be loaded.
    """
    commands = find_commands(builtin)
    found = [one for one in commands if one.name == name]
    if not found:
        known = [*builtin, *dict.fromkeys(one.name for one in commands if one.ignored is None)]
        near = did_you_mean(name, known) or f"available: {', '.join(known)}"
        raise RequestError(f"unknown command {name!r}", code="unknown-command", where="restore", hint=near)
    command = found[0]
    if command.ignored is not None:
        owners = ", ".join(f"{one.distribution} {one.version}" for one in found)
        hint = "uninstall all but one of them" if len(found) > 1 else "report it to the owner"
        raise RequestError(
            f"ignored command {name!r}: {command.ignored}", code="ignored-command", where=owners, hint=hint
        )
    function = command.load()
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    with guard(command.owner, "reading its parameters"):
        app.command(name, cls=Command, context_settings=SETTINGS)(_guarded(command, function))
        return typer.main.get_command(app)


def _guarded(command: AddedCommand, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function with the same parameters whose faults are named as those of the command."""

    @functools.wraps(function)
    def called(*args: Any, **options: Any) -> Any:
        try:
            with guard(command.owner, "running", passing=PASSING, prints=True):
                return function(*args, **options)
        except typer.Abort:
            raise WorkError("aborted", code="aborted") from None

    return called

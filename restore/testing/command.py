"""The checks of a command that a plugin adds."""

from __future__ import annotations

from collections.abc import Iterator

from restore.plugins.boundary import guard
from restore.plugins.commands import AddedCommand
from restore.testing.findings import Check, Finding, Flaw, carry_out


def judge(command: AddedCommand) -> Iterator[Finding]:
    """Yield what the checks find of a command."""
    yield from carry_out(command.owner, CHECKS, command)


def can_be_called(command: AddedCommand) -> None:
    """Check that nothing keeps `restore NAME` from being this command."""
    if command.ignored:
        raise Flaw(f"is ignored: {command.ignored}")


def has_readable_parameters(command: AddedCommand) -> None:
    """Check that its function is imported, and that Typer reads its parameters."""
    import typer

    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command()(command.load())
    with guard(command.owner, "reading its parameters"):
        typer.main.get_command(app)


CHECKS: tuple[Check[AddedCommand], ...] = (can_be_called, has_readable_parameters)

"""The command `restore`: its subcommands, and one place where an error becomes three lines and an exit code."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, NoReturn

import typer

from restore.cli import (
    apply,
    audit,
    case,
    check,
    compare,
    corrupt,
    doctor,
    encode,
    evaluate,
    export,
    list_plugins,
    new_plugin,
    options,
    page,
    preview,
    report,
    run,
    runs,
    show,
    sweep,
    verify,
)
from restore.cli.command import SETTINGS, Command, Commands, Group
from restore.cli.failure import ShownError, describe, print_failure, print_traceback, print_warning
from restore.cli.output import print_text
from restore.cli.signals import ending_on_sigterm
from restore.cli.streams import lead_nowhere, let_every_name_be_printed, open_closed_streams
from restore.errors import ComponentError, interrupt_in, signal_of

COMMANDS: dict[str, Callable[..., None] | Group] = {
    "run": run.run,
    "apply": apply.apply,
    "page": page.page,
    "case": case.CASE,
    "preview": preview.preview,
    "list-plugins": list_plugins.list_plugins,
    "corrupt": corrupt.corrupt,
    "runs": runs.runs,
    "show": show.show,
    "eval": evaluate.evaluate,
    "compare": compare.compare,
    "report": report.report,
    "sweep": sweep.sweep,
    "encode": encode.encode,
    "verify": verify.verify,
    "export": export.export,
    "audit": audit.audit,
    "new-plugin": new_plugin.new_plugin,
    "check": check.check,
    "doctor": doctor.doctor,
}
"""The commands in the order in which help lists them: what is done first comes first."""
MORE = "Plugins may add commands: restore list-plugins"
"""How many they add is not said: reading it of all distributions takes a third of the time of help."""


class AllCommands(Commands):
    """The group of all commands; a name that none of them has is looked for among those that plugins add."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first argument names."""
        if not args or args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        from restore.cli.added import build_added

        return args[0], build_added(args[0], self.commands), args[1:]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line, by default the process's own, and exit.

    0: done; 1: the work failed; 2: the request or an input is wrong, and nothing was written; 130, 143: stopped by a
    signal.
    """
    given, traceback = _take_traceback(list(sys.argv[1:] if arguments is None else arguments))
    open_closed_streams()
    let_every_name_be_printed()
    with ending_on_sigterm(), _warnings_in_one_line():
        sys.exit(_run(given, traceback=traceback))


def build(wanted: str | None = None) -> Any:
    """Return the command line as a Click command; with `wanted`, all commands but that one without their parameters.

    Reading the parameters of ten commands takes longer than help may take, and one of them is called at most.
    """
    app = _app(AllCommands, restore.__doc__ or "")
    app.callback(context_settings=SETTINGS, epilog=MORE)(restore)
    for name, known in COMMANDS.items():
        if isinstance(known, Group):
            inner = _app(Commands, known.help)
            for one, function in known.commands.items() if wanted in (None, name) else ():
                _register(inner, one, function)
            app.add_typer(inner, name=name, context_settings=SETTINGS)
        else:
            _register(app, name, known if wanted in (None, name) else _bare(known))
    group: Any = typer.main.get_command(app)
    group.commands = {name: group.commands[name] for name in COMMANDS}  # Typer puts groups first
    return group


def _app(kind: type[Commands], text: str) -> typer.Typer:
    """Return a group of commands whose help is plain, as exceptions are: else rich is loaded, which costs most of all."""
    return typer.Typer(cls=kind, rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, help=text)


def _register(app: typer.Typer, name: str, function: Callable[..., None]) -> None:
    usage, more = (list_plugins.USAGE, {"allow_extra_args": True}) if name == "list-plugins" else ("[OPTIONS]", {})
    settings = {**SETTINGS, **more}
    app.command(name, cls=Command, options_metavar=usage, context_settings=settings)(options.with_options(function))


def _bare(function: Callable[..., None]) -> Callable[[], None]:
    """Return a function that has the description of `function` and no parameters."""

    def nothing() -> None: ...

    nothing.__doc__ = function.__doc__
    return nothing


def restore(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version),
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="With an error, print where it happened; also after the command.")
    ] = False,
) -> None:
    """Restore damaged images: find what is damaged, restore only that, and say how sure that is."""


def _run(arguments: list[str], *, traceback: bool) -> int:
    """Run a command line; return its exit code."""
    try:
        command = build(next((one for one in arguments if not one.startswith("-")), ""))
        with command.make_context("restore", arguments or ["--help"]) as context:
            command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except ShownError as end:
        for where, cause in end.causes if traceback else ():
            print_traceback(cause, where)
        return end.exit_code
    except BrokenPipeError:  # whoever read has gone: say nothing
        lead_nowhere(sys.stdout)
        return 1
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - the one place where every failure becomes three lines
        interrupt = interrupt_in(error)
        if interrupt is not None:
            return 128 + signal_of(interrupt)
        strict = isinstance(error, ComponentError) and os.environ.get("RESTORE_STRICT") == "1"
        return print_failure(describe(error), error if traceback else (error.__cause__ or error) if strict else None)
    return 0


def _take_traceback(arguments: list[str]) -> tuple[list[str], bool]:
    """Return the arguments without `--traceback`, wherever it stands before a `--`, and whether it was there."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [one for one in arguments[:end] if one != "--traceback"]
    return kept + arguments[end:], len(kept) < end


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print_text(f"restore {version('restore-toolkit')}")
        raise typer.Exit


@contextlib.contextmanager
def _warnings_in_one_line() -> Iterator[None]:
    """Show Python's warnings as one line on stderr, without the place in the code."""

    def show_warning(message: Warning | str, *_: object, **__: object) -> None:
        print_warning(str(message))

    before, warnings.showwarning = warnings.showwarning, show_warning
    try:
        yield
    finally:
        warnings.showwarning = before

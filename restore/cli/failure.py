"""How a failure reads: at most three lines on stderr, saying what is wrong, where, and what to do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from restore.cli.output import say
from restore.errors import RequestError, RestoreError, WorkError
from restore.system.memory import is_exhausted
from restore.text import did_you_mean, one_line

USAGE: type[Exception] = typer.BadParameter.__mro__[1]
"""Click's UsageError, wherever this version of Typer keeps it."""

RED, YELLOW = 31, 33


class ShownError(Exception):
    """What is wrong stands in the output already; only the exit code is left to tell."""

    def __init__(self, exit_code: int = 1) -> None:
        """Keep the exit code."""
        super().__init__()
        self.exit_code = exit_code


def describe(error: BaseException) -> RestoreError:
    """Return any error as one that reads in three lines."""
    if isinstance(error, RestoreError):
        return error
    if isinstance(error, USAGE):
        return _describe_usage(error)
    if is_exhausted(error):
        return WorkError("there is not enough memory", hint="lower --batch, --size or --limit")
    if isinstance(error, OSError) and error.strerror:
        return WorkError(error.strerror, where=str(error.filename or ""))
    text = f"{type(error).__name__}: {error}"
    hint = "a fault of restore: report it, with what --traceback and restore doctor print"
    return WorkError(text, where=_place(error), hint=hint)


def print_failure(failure: RestoreError, cause: BaseException | None = None) -> int:
    """Print a failure, after the traceback of its `cause` where one is given; return its exit code."""
    if cause is not None:
        import traceback

        traceback.print_exception(cause, file=sys.stderr)
    say(one_line(failure.what), mark="error:", colour=RED)
    where = "; ".join(filter(None, failure.where.splitlines()))
    for line in filter(None, map(one_line, (where, failure.hint))):
        say(f"  {line}")
    return failure.exit_code


def print_warning(text: str) -> None:
    """Print a warning as one line."""
    say(one_line(text), mark="warning:", colour=YELLOW)


def _describe_usage(error: Any) -> RequestError:
    """Return a usage error of Click with the nearest option names."""
    path = error.ctx.command_path if error.ctx else "restore"
    hint = f"{path} --help shows what it takes"
    if hasattr(error, "possibilities"):
        known = [name for one in error.ctx.command.params for name in one.opts] if error.ctx else []
        hint = did_you_mean(error.option_name, known) or hint
        return RequestError(f"there is no option {error.option_name}", where=path, hint=hint)
    text = one_line(error.format_message()).rstrip(".")
    return RequestError(text[:1].lower() + text[1:], where=path, hint=hint)


def _place(error: BaseException) -> str:
    """Return file and line where an error was raised."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""

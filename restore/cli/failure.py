"""Failures as at most three lines on stderr: what is wrong, where, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
    """The output already shows what is wrong; what is left is the exit code, and the tracebacks of `causes` on demand.

    A cause is a place, such as a component, and the error raised there.
    """

    def __init__(self, exit_code: int = 1, causes: Sequence[tuple[str, BaseException]] = ()) -> None:
        """Keep exit code and causes."""
        super().__init__()
        self.exit_code, self.causes = exit_code, causes


def describe(error: BaseException) -> RestoreError:
    """Return any error as one of three lines."""
    if isinstance(error, RestoreError):
        return error
    if isinstance(error, USAGE):
        return _describe_usage(error)
    if is_exhausted(error):
        return WorkError("out of memory", code="out-of-memory", hint="lower --batch, --size or --limit")
    if isinstance(error, OSError) and error.strerror:
        return WorkError(error.strerror, code="system-error", where=str(error.filename or ""))
    text = f"{type(error).__name__}: {error}"
    hint = "this is a bug in restore: report it with the output of --traceback and of restore doctor"
    return WorkError(text, code="internal-error", where=_place(error), hint=hint)


def print_failure(failure: RestoreError, cause: BaseException | None = None) -> int:
    """Print a failure, after the traceback of its `cause` if given; returns its exit code."""
    if cause is not None:
        print_traceback(cause)
    say(one_line(failure.what), mark="error:", colour=RED)
    where = "; ".join(filter(None, failure.where.splitlines()))
    for line in filter(None, map(one_line, (where, failure.hint))):
        say(f"  {line}")
    return failure.exit_code


def print_traceback(error: BaseException, where: str = "") -> None:
    """Print the traceback of an error, below a line that names its place."""
    import traceback

    if where:
        say(one_line(where))
    traceback.print_exception(error, file=sys.stderr)


def print_warning(text: str) -> None:
    """Print a warning as one line."""
    say(one_line(text), mark="warning:", colour=YELLOW)


def _describe_usage(error: Any) -> RequestError:
    """Return a usage error of Click with the closest option names."""
    path = error.ctx.command_path if error.ctx else "restore"
    hint = f"see {path} --help"
    if hasattr(error, "possibilities"):
        known = [name for one in error.ctx.command.params for name in one.opts] if error.ctx else []
        hint = did_you_mean(error.option_name, known) or hint
        return RequestError(f"unknown option {error.option_name}", code="unknown-option", where=path, hint=hint)
    text = one_line(error.format_message()).rstrip(".")
    return RequestError(text[:1].lower() + text[1:], code="bad-usage", where=path, hint=hint)


def _place(error: BaseException) -> str:
    """Return file and line where an error was raised."""
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""

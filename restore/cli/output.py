"""Output of commands: one JSON document or the renderables of `restore.show` on stdout, messages on stderr."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from restore.cli.streams import lead_nowhere
from restore.errors import RequestError, WorkError
from restore.system.files import reason_of, require_free
from restore.text import show


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document; missing values are null, never NaN."""
    import json

    print_text(json.dumps(document, indent=2, allow_nan=False))


def print_shown(*parts: Any) -> None:
    """Print renderables, fitted to the terminal; plain and unfolded elsewhere."""
    from restore.show.console import write

    with _stdout():
        write(*parts)


def print_text(text: str) -> None:
    """Print a text and a newline."""
    with _stdout() as stdout:
        stdout.write(f"{text}\n")


@contextlib.contextmanager
def _stdout() -> Iterator[TextIO]:
    """Yield stdout, flushed at the end; raises `WorkError` where it cannot be written."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        lead_nowhere(sys.stdout)
        what = f"cannot write the output: {reason_of(error)}"
        hint = "redirect it elsewhere"
        raise WorkError(what, code="not-written", where="standard output", hint=hint) from error


def say(text: str, *, mark: str = "", colour: int = 0) -> None:
    """Print a message on stderr, after a `mark`, in an ANSI colour where stderr is a terminal.

    Writes to the current `sys.stderr`: rich prints what is written there above its bar.
    """
    shown = f"\x1b[1;{colour}m{mark}\x1b[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else mark
    try:
        sys.stderr.write(f"{shown} {text}\n" if mark else f"{text}\n")
        sys.stderr.flush()
    except OSError:  # a lost message does not stop the work
        lead_nowhere(sys.stderr)


def show_path(path: Path) -> str:
    """Return a path relative to the current folder where it lies below it."""
    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return show(path)


def check_file(path: Path, *, overwrite: bool) -> None:
    """Raise `RequestError` where the folder of a result does not exist, or its path is taken or not valid."""
    if not path.parent.is_dir():
        hint = "create the folder, or name another file"
        raise RequestError("no such folder", code="no-such-folder", where=show(path.parent), hint=hint)
    require_free(path, overwrite=overwrite)

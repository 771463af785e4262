"""What commands print on stdout: one JSON document, or what `restore.show` made."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from restore.cli.streams import lead_nowhere
from restore.errors import RequestError, WorkError
from restore.system.files import require_free
from restore.text import show


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document; what does not apply is null in it, never NaN."""
    import json

    print_text(json.dumps(document, indent=2, allow_nan=False))


def print_shown(*parts: Any) -> None:
    """Print renderables, fitted to the terminal, or plain and as wide as they are where stdout is none."""
    from restore.show.console import write

    with _stdout():
        write(*parts)


def print_text(text: str) -> None:
    """Print a text and the end of its line."""
    with _stdout() as stdout:
        stdout.write(f"{text}\n")


@contextlib.contextmanager
def _stdout() -> Iterator[TextIO]:
    """Give stdout, and see that what is written there goes out; raises `WorkError` where it cannot."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        lead_nowhere(sys.stdout)
        raise WorkError(f"the output cannot be written: {error.strerror}", where="standard output") from error


def say(text: str, *, mark: str = "", colour: int = 0) -> None:
    """Print a line for people on stderr, after a `mark` in an ANSI colour where stderr is a terminal.

    Goes through `sys.stderr` as it stands: rich puts what is written there above its bar.
    """
    shown = f"\x1b[1;{colour}m{mark}\x1b[0m" if sys.stderr.isatty() and "NO_COLOR" not in os.environ else mark
    try:
        sys.stderr.write(f"{shown} {text}\n" if mark else f"{text}\n")
        sys.stderr.flush()
    except OSError:  # nobody hears it, which changes nothing of what is done
        lead_nowhere(sys.stderr)


def show_path(path: Path) -> str:
    """Return a path as short as it can be typed from here."""
    with contextlib.suppress(ValueError):
        path = path.relative_to(Path.cwd())
    return show(path)


def check_file(path: Path, *, overwrite: bool) -> None:
    """Raise `RequestError` where a file cannot be written because of what is there, or of what is not."""
    if not path.parent.is_dir():
        raise RequestError("there is no such folder", where=show(path.parent), hint="make it, or name another file")
    require_free(path, overwrite=overwrite)


def write_file(path: Path, text: str) -> None:
    """Write a text file, whole or not at all, in the place of one that is there; raises `WorkError` where it fails."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
        temporary.replace(path)
    except OSError as error:
        raise WorkError(f"the file cannot be written: {error.strerror}", where=str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)

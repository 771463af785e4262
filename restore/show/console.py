"""Renderables as text: fitted to a terminal, or plain and unfolded in a pipe or file."""

from __future__ import annotations

import io
import sys
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table

WIDE = 10_000
"""Columns of a pipe, so that no table is folded in it."""


def table(*, title: str = "", header: bool = True) -> Table:
    """Return an empty table in the style of all tables: a rule under the header and no others."""
    return Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD if header else None,
        show_header=header,
        show_edge=False,
        pad_edge=False,
        header_style="bold",
        padding=(0, 1, 0, 0) if header else (0, 2, 0, 0),
    )


def render(*parts: RenderableType, width: int) -> str:
    """Return renderables as plain text of at most `width` columns, without trailing spaces."""
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, color_system=None, force_terminal=False, highlight=False, emoji=False)
    for part in parts:
        console.print(part, markup=False)
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().splitlines())


def write(*parts: RenderableType, file: TextIO | None = None) -> None:
    """Print renderables to `file`, by default stdout, in colour where that is a terminal with colours."""
    file = file or sys.stdout
    console = Console(file=file, highlight=False, emoji=False)
    if not console.is_terminal:
        file.write(render(*parts, width=WIDE))
        return
    for part in parts:
        console.print(part, markup=False)


def width_of_stdout() -> int:
    """Return the columns of stdout, `WIDE` where it is not a terminal."""
    console = Console(file=sys.stdout)
    return console.width if console.is_terminal else WIDE


def measure(renderable: RenderableType) -> int:
    """Return the columns of a renderable in which nothing is folded."""
    console = Console(file=io.StringIO(), width=WIDE)
    return console.measure(renderable).maximum

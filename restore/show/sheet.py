"""Tables as data, from which those of a terminal are made, and those of a page can be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rich.table import Table
from rich.text import Text

from restore.show.console import table


class Cell(NamedTuple):
    """A text with a style, such as `bold` or `green`."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, and how its texts stand.

    `right`: as figures do; `whole`: never folded; `faint`: less visible than others; `least`: width in characters.
    """

    name: str
    right: bool = False
    whole: bool = False
    faint: bool = False
    least: int | None = None


@dataclass
class Sheet:
    """A table: columns, rows of texts or cells, and the numbers of the rows before which a section begins."""

    columns: Sequence[Column]
    rows: list[Sequence[Cell | str]] = field(default_factory=list)
    sections: set[int] = field(default_factory=set)
    title: str = ""


def to_table(sheet: Sheet) -> Table:
    """Return a sheet as a table of a terminal."""
    made = table(title=sheet.title)
    for one in sheet.columns:
        made.add_column(
            one.name,
            justify="right" if one.right else "left",
            no_wrap=one.whole,
            overflow="fold",
            style="dim" if one.faint else "",
            min_width=one.least,
        )
    for number, row in enumerate(sheet.rows):
        if number in sheet.sections:
            made.add_section()
        made.add_row(*(one if isinstance(one, str) else Text(*one) for one in row))
    return made


def facts(pairs: Iterable[tuple[str, str]]) -> Table:
    """Return names and texts, a line each."""
    made = table(header=False)
    made.add_column(style="bold")
    made.add_column(overflow="fold")
    for name, text in pairs:
        made.add_row(name, text)
    return made

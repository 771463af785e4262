"""What a section of a report consists of; the template draws each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from restore.show.charts import Chart
from restore.show.sheet import Sheet


class Note(NamedTuple):
    """A text beside a cell's own: smaller, and said in other words where it is a sign."""

    text: str
    spoken: str = ""


class GridCell(NamedTuple):
    """A cell of a table: its text, style, and notes; `repeated` where it is not seen, being that of the row above."""

    text: str
    style: str = ""
    notes: tuple[Note, ...] = ()
    repeated: bool = False


class GridColumn(NamedTuple):
    """A column of a table."""

    name: str
    right: bool = False


Seen: TypeAlias = Literal["whole", "untitled", "folded"]
"""How a table is seen: with its title, without, or behind its title until it is asked for."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a page: its first column heads the rows, and a section begins before the rows `sections`."""

    kind: ClassVar[str] = "grid"
    title: str
    columns: Sequence[GridColumn]
    rows: Sequence[Sequence[GridCell]]
    sections: frozenset[int] = frozenset()
    seen: Seen = "whole"


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts beside each other."""

    kind: ClassVar[str] = "charts"
    charts: Sequence[Chart]


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, in the style `notice`, `legend` or none."""

    kind: ClassVar[str] = "text"
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list of texts under a title."""

    kind: ClassVar[str] = "items"
    title: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Command:
    """A command line to be copied."""

    kind: ClassVar[str] = "command"
    line: str


@dataclass(frozen=True, slots=True)
class Card:
    """A score in large figures: what it is of, the score, and what it is compared with."""

    title: str
    figure: str
    unit: str
    others: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards beside each other, all of the metric `title`."""

    kind: ClassVar[str] = "cards"
    title: str
    cards: Sequence[Card]


@dataclass(frozen=True, slots=True)
class Overlay:
    """A mask or confidence over an image, as a data URI."""

    name: str
    uri: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a gallery as data URIs of equal size (width, height), and what is said of it."""

    id: str
    rank: str
    score: str
    size: tuple[int, int]
    clean: str
    damaged: str
    restored: str
    overlays: Sequence[Overlay]


@dataclass(frozen=True, slots=True)
class Wall:
    """The images under one title, the worst first."""

    title: str
    pictures: Sequence[Picture]


@dataclass(frozen=True, slots=True)
class Gallery:
    """All images, and the overlays that one of them has, by name and in words."""

    kind: ClassVar[str] = "gallery"
    walls: Sequence[Wall]
    overlays: Sequence[tuple[str, str]]


Part: TypeAlias = Grid | Charts | Text | Items | Command | Cards | Gallery


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its anchor, its title and its parts."""

    anchor: str
    title: str
    parts: Sequence[Part]


def to_grid(sheet: Sheet, *, title: str = "", seen: Seen = "whole") -> Grid:
    """Return a sheet as a table of a page.

    What a terminal shows in faint columns, and in those without a name, becomes notes of the cells before them; a cell
    of the first column that is empty gets the text above it, for readers who do not see the table.
    """
    own = [i for i, column in enumerate(sheet.columns) if not _is_note(sheet, i)]
    rows: list[list[GridCell]] = []
    for row in sheet.rows:
        cells = [("", one) if isinstance(one, str) else (one.style, one.text) for one in row]
        made = []
        for i, after in zip(own, [*own[1:], len(cells)], strict=True):
            notes = tuple(Note(text, SPOKEN.get(text, "")) for _, text in cells[i + 1 : after] if text)
            made.append(GridCell(cells[i][1], cells[i][0], notes))
        if not made[0].text and rows:
            made[0] = GridCell(rows[-1][0].text, repeated=True)
        rows.append(made)
    columns = [GridColumn(sheet.columns[i].name, sheet.columns[i].right) for i in own]
    return Grid(title or sheet.title, columns, rows, frozenset(sheet.sections), seen)


SPOKEN = {"↑": "higher is better", "↓": "lower is better"}
"""Signs in words."""


def _is_note(sheet: Sheet, i: int) -> bool:
    return i > 0 and (sheet.columns[i].faint or not sheet.columns[i].name)

"""The tables of `quality.py`: targets, summary, undamaged prints and speed, and each kind of damage."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from quality_book import SPEED, TRAINING, UNDAMAGED, Book
from quality_damage import ALTERATIONS, BOX, LEVELS, NOISE
from quality_rows import DAMAGED, DENOISING, FOUND, TRUE, rows_in_order

DEFAULT, PRETRAINED, UNET = "find-restore", "pretrained", "selective-unet"
PRINTS, FACES, FVC = "prints", "faces", "fvc"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
MISSING = "\N{EN DASH}"
Target = tuple[str, str, float, str, float | None]
"""What is measured, whether it has to be at least or at most how much, in which unit, and the figure."""


def tables(books: Mapping[str, Book]) -> str:
    """Return all tables as Markdown, by the figures of the prints and of additional images."""
    book = books[PRINTS]
    sections = {
        "Targets": _table(["", "target", "measured", "reached"], _reached(_targets(books))),
        "Damaged pixels": _summary(book),
        "Undamaged prints, time": _time(book),
        **{kind.capitalize(): _kind(book, kind) for kind in book.settings["images"]},
    }
    for name, title in ((FACES, "Faces"), (FVC, "Middle of whole prints")):
        if name in books:
            sections[f"{title}, {BOX}"] = _kind(books[name], BOX)
            sections[f"{title}, undamaged"] = _time(books[name])
    return "\n\n".join([_heading(book), *(f"## {title}\n\n{text}" for title, text in sections.items())]) + "\n"


def put_into(page: Path, text: str) -> None:
    """Write the tables into a page, between its comments."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, there, after = rest.partition(END)
    if not there:
        raise SystemExit(f"{page} has no comments {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", "utf-8")


def _heading(book: Book) -> str:
    """Return what was measured."""
    first, last = book.settings["people"]
    seeds = {one.seed for one in book.entries if one.kind == TRAINING}
    how = f"Medians of {len(seeds)} seeds, with their range." if len(seeds) > 1 else "One training of each model."
    trained = f"{how} Each training had {book.settings['minutes']:g} minutes of a processor." if seeds else ""
    images = (
        f"{book.settings['images'][BOX]} real prints of subjects {first} to {last}, and their official alterations."
    )
    missing = [kind for kind in book.settings["images"] if not book.has(kind, DAMAGED)]
    parts = [
        images,
        trained or "Nothing was trained for these figures.",
        f"Masks are found by `{book.settings.get('finder')}`.",
        f"Baselines are not measured yet under {', '.join(missing)}." if missing else "",
    ]
    return " ".join(filter(None, parts))


def _targets(books: Mapping[str, Book]) -> Iterator[Target]:
    """Yield the targets, with the figures of the default model, or of the pretrained run where none was trained."""
    book = books[PRINTS]
    row = DEFAULT if DEFAULT in book.models else PRETRAINED

    def get(kind: str, figure: str, scale: float = 1) -> float | None:
        value = book.median(kind, row, figure)
        return None if value is None else scale * value

    fsr, denoised = book.median(BOX, f"fsr, {TRUE}", "hole"), [book.median(NOISE, one, "full") for one in DENOISING]
    yield f"{BOX}, hole", "≥", 11.5, "dB", get(BOX, "hole")
    yield f"{BOX}, hole, above `fsr` given the mask", "≥", 0, "dB", _less(get(BOX, "hole"), fsr)
    yield f"{BOX}, whole print", "≥", 22.2, "dB", get(BOX, "full")
    yield f"{BOX}, orientation", "≤", 7, "°", get(BOX, "orientation")
    yield f"{BOX}, clean pixels marked", "≤", 0.02, "%", get(BOX, "false", 100)
    yield "nine alterations, mean squared error", "≤", 0.004, "", _mean_error(book, row)
    for alteration, least in (("rotation", 20.0), ("zcut", 19.0), ("obliteration", 20.5)):
        yield f"{alteration} hard, whole print", "≥", least, "dB", get(f"{alteration} hard", "full")
    yield "undamaged prints unchanged", "≥", 99, "%", get(UNDAMAGED, "unchanged", 100)
    for level, least in (("hard", 99.0), ("easy", 95.0)):
        alarms = [get(f"{one} {level}", "alarm", 100) for one in ALTERATIONS]
        yield f"alarm for {level} alterations", "≥", least, "%", _mean(alarms)
    yield f"{NOISE}, above the best denoiser", "≥", 4, "dB", _less(get(NOISE, "full"), _best(denoised))
    faces = books[FACES].median(BOX, PRETRAINED, "hole") if FACES in books else None
    yield f"faces, {BOX} at 128x128, hole", "≥", 20, "dB", faces
    for kind, least in ((UNDAMAGED, 3.0), (BOX, 0.5)):
        rates = (book.median(SPEED, one, kind) for one in (row, UNET))
        yield f"{kind}, prints a second, relative to `{UNET}`", "≥", least, "times", _ratio(*rates)


def _reached(targets: Iterator[Target]) -> Iterator[Sequence[str]]:
    for what, sign, bound, unit, figure in targets:
        met = figure is not None and (figure >= bound if sign == "≥" else figure <= bound)
        mark = "" if figure is None else "yes" if met else "no"
        seen = MISSING if figure is None else f"{figure:.3g}" if abs(figure) < 0.1 else f"{figure:.2f}"
        yield what, f"{sign} {bound:g} {unit}".strip(), seen, mark


def _summary(book: Book) -> str:
    """Return the PSNR of the damaged pixels by kind; three levels stand in one cell."""
    alone = [kind for kind in book.settings["images"] if not kind.endswith(LEVELS)]
    head = ["PSNR in dB", *alone, *(f"{one}, easy · medium · hard" for one in ALTERATIONS)]
    groups = [[kind] for kind in alone] + [[f"{one} {level}" for level in LEVELS] for one in ALTERATIONS]
    lines = []
    for row in rows_in_order(book.models):
        cells = [[_number(book.median(kind, row, "hole"), ".2f") for kind in kinds] for kinds in groups]
        if any(map(_is_there, cells)):
            lines.append([_name(row), *(" · ".join(several) if _is_there(several) else MISSING for several in cells)])
    return _table(head, lines)


def _time(book: Book) -> str:
    """Return what models do to undamaged images, and how long they take."""
    columns: dict[str, tuple[str, str, str, float]] = {
        "unchanged %": (UNDAMAGED, "unchanged", ".1f", 100),
        "pixels marked %": (UNDAMAGED, "marked", ".2f", 100),
        "training, min": (TRAINING, "minutes", ".1f", 1),
        "epochs": (TRAINING, "epochs", ".0f", 1),
        "undamaged, images/s": (SPEED, UNDAMAGED, ".0f", 1),
        f"{BOX}, images/s": (SPEED, BOX, ".0f", 1),
    }
    lines = [
        [
            _name(row),
            *(_cell(book.values(kind, row, figure), form, scale) for kind, figure, form, scale in columns.values()),
        ]
        for row in book.models
    ]
    return _table(["", *columns], lines)


def _kind(book: Book, kind: str) -> str:
    """Return all figures of a kind of damage."""
    columns: dict[str, tuple[str, str, float]] = {
        "whole dB": ("full", ".2f", 1),
        "hole dB": ("hole", ".2f", 1),
        "clean dB": ("clean", ".2f", 1),
        "orientation °": ("orientation", ".1f", 1),
        "contrast": ("contrast", ".2f", 1),
        "worse by 1 dB, %": ("harm", ".1f", 100),
        "alarm %": ("alarm", ".0f", 100),
    }
    there = {entry.row for entry in book.entries if entry.kind == kind}
    lines = [
        [_name(row), *(_cell(book.values(kind, row, figure), form, scale) for figure, form, scale in columns.values())]
        for row in rows_in_order(book.models)
        if row in there
    ]
    return _table([f"{book.settings['images'][kind]} images", *columns], lines)


def _cell(values: Sequence[float], form: str, scale: float) -> str:
    """Return a median, and the range of several values."""
    if not values:
        return MISSING
    low, middle, high = (format(scale * float(one), form) for one in np.quantile(values, (0, 0.5, 1)))
    return middle if low == high else f"{middle} ({low} to {high})"


def _table(head: Sequence[str], lines: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def _name(row: str) -> str:
    """Return a row's name, that of a component marked as code."""
    return re.sub(rf"^(.+?)(, {TRUE}|, {FOUND})?$", r"`\1`\2", row)


def _is_there(cells: Sequence[str]) -> bool:
    return any(cell != MISSING for cell in cells)


def _number(value: float | None, form: str) -> str:
    return MISSING if value is None else format(value, form)


def _mean_error(book: Book, row: str) -> float | None:
    """Return the mean of the mean squared errors of all alterations and levels."""
    found = [book.median(f"{one} {level}", row, "full") for one in ALTERATIONS for level in LEVELS]
    return _mean([None if one is None else 10 ** (-one / 10) for one in found])


def _both(combine: Callable[[float, float], float]) -> Callable[[float | None, float | None], float | None]:
    """Return a function of two values that is None where one of them is."""
    return lambda one, other: None if one is None or other is None else combine(one, other)


_less, _ratio = _both(lambda one, other: one - other), _both(lambda one, other: one / other)


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if len(there) == len(values) else None


def _best(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)

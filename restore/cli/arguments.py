"""Parameters that several commands share, and texts that become values."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from restore.errors import RequestError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Alpha = Annotated[
    str | None,
    typer.Option(metavar="refuse|drop|white|black", help="What to do with see-through pictures; else refuse."),
]
MaxPixels = Annotated[
    int | None, typer.Option(metavar="N", help="Pixels, width times height, that a picture may have; else 100 million.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")]
Runs = Annotated[
    Path | None, typer.Option("--runs", metavar="DIR", help="The folder of runs; else $RESTORE_RUNS, else ./runs.")
]
RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="A path, a run's name, the unique start of its id, or last.")
]


def parse_size(text: str | None) -> tuple[int, int] | None:
    """Return `N` or `HxW` as (H, W) in pixels; raises `RequestError` for anything else."""
    if text is None:
        return None
    sides = text.lower().split("x")
    if len(sides) > 2 or not all(map(_is_number, sides)):
        raise RequestError(f"--size {text} is no size", hint="write one side, 96, or height and width, 96x128")
    return int(sides[0]), int(sides[-1])


def parse_count(text: str | None) -> int | None:
    """Return a number of pictures, 0 for `none`; raises `RequestError` for anything else."""
    if text is None or text == "none":
        return None if text is None else 0
    if not _is_number(text):
        raise RequestError(f"--gallery {text} is no number of pictures", hint="write a number, or none")
    return int(text)


def _is_number(text: str) -> bool:
    """Return whether a text is a whole number that Python reads; whether it is too large is for its range to say."""
    return text.isascii() and text.isdigit() and len(text) <= sys.int_info.default_max_str_digits

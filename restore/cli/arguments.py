"""Parameters shared by several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Alpha = Annotated[
    str | None,
    typer.Option(metavar="refuse|drop|white|black", help="What to do with transparent images; by default refuse."),
]
MaxPixels = Annotated[
    int | None,
    typer.Option(metavar="N", help="Most pixels, width times height, of an image; by default 100 million."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")]
Runs = Annotated[
    Path | None,
    typer.Option("--runs", metavar="DIR", help="Folder of runs; by default $RESTORE_RUNS, or ./runs."),
]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="Path, name or unique start of the id of a run, or last.")]
Mask = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|FOLDER|color=#rrggbb",
        help="Where the damage is: a mask, a folder of masks named like the images, or a colour painted over it.",
    ),
]
Fill = Annotated[str, typer.Option(metavar="mean|leave", help="Fill damage, or paint it grey to leave it open.")]

"""`restore apply`: restores images by a trained run."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Fill, Json, Mask, MaxPixels, Overwrite, RunName, Runs
from restore.cli.failure import ShownError, print_warning
from restore.cli.output import print_json, print_shown, say
from restore.cli.quiet import hushed, own_stderr
from restore.errors import RequestError

STDIN = "-"


def apply(
    run: RunName,
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT", help="Images, folders, quoted patterns, or - for a list on stdin.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="Folder for the results, or a file for one image.")
    ],
    mask: Mask = None,
    fill: Fill = "mean",
    save_mask: Annotated[
        bool, typer.Option("--save-mask", help="Write what was replaced beside each result, NAME.mask.png.")
    ] = False,
    save_confidence: Annotated[
        bool, typer.Option("--save-confidence", help="Write the confidence beside each result, NAME.confidence.png.")
    ] = False,
    strip: Annotated[
        bool, typer.Option("--strip", help="Write image, mask and result side by side, NAME.strip.png.")
    ] = False,
    ending: Annotated[
        str, typer.Option("--format", metavar="EXT", help="Format of the results; by default that of each image.")
    ] = "",
    overwrite: Overwrite = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Skip images that cannot be used.")] = False,
    jobs: Annotated[int, typer.Option(metavar="N", help="Processes that restore images.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDR", help="Dask scheduler whose workers restore images, tcp://HOST:8786.")
    ] = None,
    max_pixels: MaxPixels = None,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Restore images by a trained run.

    Outside what is replaced, results are their inputs; undamaged images are copied. A ledger beside the results,
    restored.jsonl, says what became of each image; repeated, the command does what is missing.
    """
    from restore.images import MAX_PIXELS
    from restore.planning.options import check_number
    from restore.running.opened import open_run
    from restore.show.apply import apply_document, apply_parts, watching
    from restore.tasks.apply import apply_files
    from restore.tasks.batch import Handling
    from restore.tasks.restoration import Settings, parse_fill

    if max_pixels is not None:
        check_number("max_pixels", max_pixels)
    if jobs < 1:
        raise RequestError(f"{jobs} processes", code="bad-option", where="--jobs", hint="choose 1 or more")
    if jobs > 1 and scheduler is not None:
        what, hint = "processes here, and a cluster", "leave one of them out"
        raise RequestError(what, code="conflict", where="--jobs, --scheduler", hint=hint)
    with hushed():
        opened = open_run(run, runs=runs)
    watch = partial(watching, shown=not json, tell=say)
    how = Handling(overwrite, skip_bad, watch, print_warning)
    settings = Settings(mask, parse_fill(fill), save_mask, save_confidence, strip, ending, max_pixels or MAX_PIXELS)
    listed = [line for line in sys.stdin.read().splitlines() if line] if STDIN in inputs else []
    given = [one for one in inputs if one != STDIN]
    with own_stderr():
        applied = apply_files(opened, given, output, settings, how, listed=listed, jobs=jobs, scheduler=scheduler)
    document = apply_document(applied, {"id": opened.id, "name": opened.name}, opened.plan.get("notice", ""))
    print_json(document) if json else print_shown(*apply_parts(document))
    if applied.counts["refused"] and not skip_bad:
        raise ShownError

"""`restore encode`: images as codes of an autoencoder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Json, MaxPixels, Overwrite, RunName, Runs
from restore.cli.output import print_json, print_shown, say, show_path
from restore.cli.quiet import load_backend, own_stderr
from restore.errors import RequestError


def encode(
    run: RunName,
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Images, or folders of images.")],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE.h5", help="File for the codes, HDF5.")
    ] = None,
    nearest: Annotated[
        int | None, typer.Option(metavar="N", help="Show the N images with the nearest codes, for each image.")
    ] = None,
    max_pixels: MaxPixels = None,
    overwrite: Overwrite = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Skip images that cannot be used.")] = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Encode images by a trained autoencoder.

    Writes one code an image, or shows which images have the nearest codes.
    """
    from restore.images import MAX_PIXELS
    from restore.planning.options import check_number
    from restore.running.opened import open_run
    from restore.show.codes import nearest_document, nearest_parts
    from restore.show.progress import counting

    if output is None and nearest is None:
        raise RequestError("nothing to do with the codes", code="no-output", hint="add -o FILE.h5 or --nearest N")
    if nearest is not None and nearest < 1:
        raise RequestError(f"{nearest} neighbours", code="out-of-range", where="--nearest", hint="choose 1 or more")
    if max_pixels is not None:
        check_number("max_pixels", max_pixels)
    opened = open_run(run, runs=runs)
    with own_stderr():
        load_backend()
        from restore.running.coder import open_coder
        from restore.tasks.encode import encode_files, find_inputs
        from restore.tasks.encode import nearest as nearest_of

        coder = open_coder(opened)
        with counting("encoding", len(find_inputs(inputs)[0]), shown=not json) as step:
            encoded = encode_files(
                coder,
                inputs,
                output=output,
                overwrite=overwrite,
                skip_bad=skip_bad,
                max_pixels=max_pixels or MAX_PIXELS,
                step=step,
            )
    for note in encoded.notes:
        say(note)
    found = nearest_of(encoded.codes, encoded.ids, nearest) if nearest else {}
    document = nearest_document(encoded, found, opened.id, None if output is None else show_path(output))
    return print_json(document) if json else print_shown(*nearest_parts(document))

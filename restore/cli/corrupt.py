"""`restore corrupt`: damages images."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Alpha, Json, MaxPixels, Overwrite
from restore.cli.failure import print_warning
from restore.cli.output import print_json, print_text
from restore.cli.quiet import hushed
from restore.text import show


def corrupt(
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="Damage, name@level:key=value|next.")],
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT", help="Images, or folders of images.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="Folder for the results.")],
    save_mask: Annotated[
        bool, typer.Option("--save-mask", help="Write the mask beside each result, NAME.mask.png, white = damaged.")
    ] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed.")] = 0,
    alpha: Alpha = None,
    max_pixels: MaxPixels = None,
    overwrite: Overwrite = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Skip images that cannot be used.")] = False,
    ending: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="EXT", help="Format of the results, such as png; by default that of each image."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Damage images.

    Results keep the names, folder tree, format, depth and metadata of their inputs. All inputs are read before the first
    result is written.
    """
    from restore.images import parse_ending
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of
    from restore.show.progress import counting
    from restore.tasks.batch import Handling
    from restore.tasks.corrupt import corrupt_images, make_corruptor

    written = parse_ending(ending) if ending is not None else ""
    notes: list[str] = []

    def warn(note: str) -> None:
        notes.append(note)
        print_warning(note)

    with hushed():  # whatever a plugin imports
        catalogue = Catalogue.installed()
        corruptor = make_corruptor(spec, catalogue, seed=seed, alpha=alpha, max_pixels=max_pixels)
    for note in corruptor.notes:
        warn(note)
    watch = partial(counting, shown=not json)
    how = Handling(overwrite, skip_bad, watch, warn, ending=written, formats=formats_of(catalogue))
    done = corrupt_images(corruptor, inputs, output, how, save_mask=save_mask)
    if not json:
        return print_text("\n".join(show(one.target) for one in done))
    images = [
        {
            "input": str(one.source),
            "output": str(one.target),
            "mask": str(one.mask) if one.mask else None,
            "damaged": one.share,
        }
        for one in done
    ]
    return print_json({"schema": 1, "spec": spec, "seed": seed, "images": images, "notes": notes})

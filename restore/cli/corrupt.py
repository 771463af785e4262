"""`restore corrupt`: damages pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Alpha, Json, MaxPixels, Overwrite
from restore.cli.failure import print_warning
from restore.cli.output import print_json, print_text
from restore.errors import InputError, gathered
from restore.text import listed, show


def corrupt(
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="Damage, name@level:key=value|next.")],
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT", help="Pictures, or folders of them.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="The folder for the results.")],
    save_mask: Annotated[
        bool, typer.Option("--save-mask", help="Write NAME.mask.png beside, white = damaged.")
    ] = False,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of everything that is drawn.")] = 0,
    alpha: Alpha = None,
    max_pixels: MaxPixels = None,
    overwrite: Overwrite = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out pictures that cannot be used.")] = False,
    json: Json = False,
) -> None:
    """Damage pictures.

    The results have the names, folders, format and depth of their inputs, in another folder. All inputs are read
    before the first result is written.
    """
    from restore.plugins.catalogue import Catalogue
    from restore.show.progress import counting
    from restore.tasks.batch import check_targets, plan_batch
    from restore.tasks.corrupt import check_jobs, corrupt_picture, make_corruptor, mask_path

    corruptor = make_corruptor(spec, Catalogue.installed(), seed=seed, alpha=alpha, max_pixels=max_pixels)
    batch = plan_batch(inputs, output)
    with counting("reading", len(batch.jobs), shown=not json) as advance:
        jobs, faults, notes = check_jobs(corruptor, batch.jobs, on_job=advance)
    _judge([*batch.faults, *faults], len(jobs), skip_bad=skip_bad)
    targets = [(job, job.target) for job in jobs]
    targets += [(job, mask_path(job.target)) for job in jobs if save_mask]
    check_targets(targets, batch.jobs, overwrite=overwrite)
    _warn([*batch.notes, *notes])
    written = []
    with counting("writing", len(jobs), shown=not json) as advance:
        for job in jobs:
            share = corrupt_picture(corruptor, job, save_mask=save_mask, overwrite=overwrite)
            mask = str(mask_path(job.target)) if save_mask else None
            written.append({"input": str(job.source), "output": str(job.target), "mask": mask, "damaged": share})
            advance()
    if json:
        print_json({"schema": 1, "spec": spec, "seed": seed, "pictures": written})
    else:
        print_text("\n".join(show(job.target) for job in jobs))


def _judge(faults: Sequence[InputError], good: int, *, skip_bad: bool) -> None:
    """Raise for inputs that cannot be used, all at once; with `skip_bad` warn, unless none is left."""
    if not faults:
        return
    total = len(faults) + good
    if not (skip_bad and good):
        raise gathered(faults, total, "inputs", skip_bad=skip_bad)
    print_warning(f"{len(faults)} of {total} inputs left out: {'; '.join(listed([one.line for one in faults]))}")


def _warn(notes: Sequence[str]) -> None:
    for note in listed(notes):
        print_warning(note)

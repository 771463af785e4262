"""Pictures damaged as a spec says, each with the mask of what was changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from restore.errors import InputError, RequestError, WorkError
from restore.images import MAX_PIXELS, Alpha, Picture, format_for, parse_alpha, read, without_alpha, write
from restore.planning.request import check_number, given_options
from restore.plugins import spec
from restore.plugins.boundary import bind
from restore.plugins.folder_source import state_of
from restore.tasks.batch import Job
from restore.text import show

if TYPE_CHECKING:
    from restore.pipeline.damage import Chain
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.values import Damaged


@dataclass(frozen=True, slots=True)
class Corruptor:
    """A chain of corruptions with its seed: what a picture gets depends on these and on its name alone."""

    chain: Chain
    seed: int
    alpha: Alpha
    max_pixels: int

    def damage(self, job: Job) -> tuple[Picture, Damaged]:
        """Return a picture as read, without alpha, and damaged.

        Raises `InputError` where either cannot be, or where the result's format does not hold what the picture does.
        """
        from restore.pipeline.damage import FIXED, damage

        picture = read(job.source, max_pixels=self.max_pixels)
        pixels = without_alpha(picture.pixels, picture.alpha, self.alpha, where=show(job.source))
        picture = replace(picture, pixels=pixels, alpha=None)
        if state_of(job.source) != job.state:
            raise InputError("the picture has changed since it was found", where=show(job.source), hint="start again")
        try:
            format_for(job.target, picture.pixels.shape[2], picture.depth)
            return picture, damage(self.chain, picture.pixels, job.name, seed=self.seed, epoch=FIXED)
        except RequestError as error:
            raise InputError(error.what, where=show(job.source), hint=error.hint) from error


def make_corruptor(
    text: str, catalogue: Catalogue, *, seed: int = 0, alpha: str | None = None, max_pixels: int | None = None
) -> Corruptor:
    """Return the corruptor for a spec.

    Raises `RequestError` where a name, level or option of the spec is wrong, or a number is out of its range.
    """
    from restore.pipeline.damage import Chain

    check_number("seed", seed)
    if max_pixels is not None:
        check_number("max_pixels", max_pixels)
    steps = []
    for step in spec.parse(text):
        entry = catalogue.find("corruption", step.name)
        given = given_options(entry, step)
        steps.append(bind(entry, {**entry.levels[step.level], **given} if step.level else given))
    chain = Chain(text, None, 0, tuple(steps))
    return Corruptor(chain, seed, parse_alpha(alpha or "refuse"), max_pixels or MAX_PIXELS)


def mask_path(target: Path) -> Path:
    """Return where the mask of a result goes: `NAME.mask.png` beside it."""
    return target.with_name(f"{target.stem}.mask.png")


def corrupt_picture(corruptor: Corruptor, job: Job, *, save_mask: bool, overwrite: bool) -> float:
    """Write a damaged picture, in the format and depth of its input, and its mask; return the share that is damaged.

    Raises `WorkError` where writing fails, or where the picture is no longer the one that was checked.
    """
    import numpy as np

    try:
        picture, damaged = corruptor.damage(job)
    except InputError as error:
        raise WorkError(error.what, where=error.where, hint="the results before it stand") from error
    mask = (damaged.image != picture.pixels).any(axis=-1) if damaged.mask is None else damaged.mask
    job.target.parent.mkdir(parents=True, exist_ok=True)
    write(job.target, damaged.image, like=picture, overwrite=overwrite)
    if save_mask:
        write(mask_path(job.target), mask[..., None].astype(np.float32), overwrite=overwrite)
    return float(mask.mean())


def check_jobs(
    corruptor: Corruptor, jobs: tuple[Job, ...], *, on_job: Callable[[], None]
) -> tuple[list[Job], list[InputError], list[str]]:
    """Read and damage every picture without writing; return the good jobs, what is wrong with others, and notes."""
    good, faults, notes = [], [], []
    for job in jobs:
        try:
            picture, damaged = corruptor.damage(job)
        except InputError as error:
            faults.append(error)
        else:
            good.append(job)
            notes += [f"{show(job.source)}: {note}" for note in (*picture.notes, *_remarks(picture, damaged))]
        on_job()
    return good, faults, notes


def _remarks(picture: Picture, damaged: Damaged) -> Iterator[str]:
    """Yield what a user should know of a picture and its damage."""
    if picture.pixels.min() == picture.pixels.max():
        yield "of one colour"
    if (damaged.image == picture.pixels).all():
        yield "the damage changes nothing"

"""Pictures damaged as a spec says, each with the mask of what was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from restore import spec
from restore.batch import Job
from restore.border import bind
from restore.errors import InputError, RequestError
from restore.images import Picture, read, show, write
from restore.request import given_options

if TYPE_CHECKING:
    from restore.catalogue import Catalogue
    from restore.stages.damage import Chain
    from restore.values import Damaged


@dataclass(frozen=True, slots=True)
class Corruptor:
    """A chain of corruptions with its seed: what a picture gets depends on these and on its name alone."""

    chain: Chain
    seed: int
    max_pixels: int

    def damage(self, job: Job) -> tuple[Picture, Damaged]:
        """Return a picture as read and damaged; raises `InputError` where either cannot be."""
        from restore.stages.damage import FIXED, damage

        picture = read(job.source, max_pixels=self.max_pixels)
        try:
            return picture, damage(self.chain, picture.pixels, job.name, seed=self.seed, epoch=FIXED)
        except RequestError as error:
            raise InputError(error.what, where=show(job.source), hint=error.hint) from error


def make_corruptor(text: str, catalogue: Catalogue, *, seed: int, max_pixels: int) -> Corruptor:
    """Return the corruptor for a spec; raises `RequestError` where a name, level or option of it is wrong."""
    from restore.stages.damage import Chain

    steps = []
    for step in spec.parse(text):
        entry = catalogue.find("corruption", step.name)
        given = given_options(entry, step)
        steps.append(bind(entry, {**entry.levels[step.level], **given} if step.level else given))
    return Corruptor(Chain(text, None, 0, tuple(steps)), seed, max_pixels)


def mask_path(target: Path) -> Path:
    """Return where the mask of a result goes: `NAME.mask.png` beside it."""
    return target.with_name(f"{target.stem}.mask.png")


def corrupt_picture(corruptor: Corruptor, job: Job, *, save_mask: bool, overwrite: bool) -> float:
    """Write a damaged picture, in the format and depth of its input, and its mask; return the share that is damaged.

    Raises `WorkError` where writing fails.
    """
    import numpy as np

    picture, damaged = corruptor.damage(job)
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
            notes += [f"{show(job.source)}: {note}" for note in picture.notes]
            if (damaged.image == picture.pixels).all():
                notes.append(f"{show(job.source)}: the damage changes nothing")
        on_job()
    return good, faults, notes

"""Images damaged by a spec, each with the mask of what was changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from restore.images import (
    MAX_PIXELS,
    SHOWN,
    WRITTEN,
    Alpha,
    ImageFile,
    losses,
    mask_path,
    parse_alpha,
    same_format,
    without_alpha,
    write,
)
from restore.planning.options import check_number
from restore.planning.resolve import given_options
from restore.plugins import spec
from restore.plugins.boundary import bind
from restore.plugins.listing import hidden_note
from restore.tasks.batch import Handling, Job, run_batch
from restore.text import show

if TYPE_CHECKING:
    from restore.pipeline.damage import Chain
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.values import Damaged


@dataclass(frozen=True, slots=True)
class Corrupted:
    """A damaged image that was written: its input, its file, that of its mask if any, and the share that is damaged."""

    source: Path
    target: Path
    mask: Path | None
    share: float


@dataclass(frozen=True, slots=True)
class Corruptor:
    """A chain of corruptions with its seed: these and an image's name alone decide how it is damaged.

    `notes` say where a name of the spec hides a component of another plugin.
    """

    chain: Chain
    seed: int
    alpha: Alpha
    max_pixels: int
    notes: tuple[str, ...] = ()

    def damage(self, job: Job) -> tuple[ImageFile, Damaged]:
        """Return an image as read, without alpha, and damaged.

        Raises `RequestError` where either is impossible.
        """
        from restore.pipeline.damage import FIXED, damage

        picture = job.read(max_pixels=self.max_pixels)
        pixels = without_alpha(picture.pixels, picture.alpha, self.alpha, where=show(job.source))
        damaged = damage(self.chain, pixels, (job.name,), seed=self.seed, epoch=FIXED)
        return replace(picture, pixels=pixels, alpha=None), damaged

    def check(self, job: Job) -> list[str]:
        """Return notes on an image, its damage, and what the result does not keep of the file.

        Raises as `damage` does, and where the result's format does not hold the image.
        """
        picture, damaged = self.damage(job)
        name = job.format_for(picture, damaged.image)
        return [*_notes(picture, damaged), *_only_read(picture, name), *losses(picture, damaged.image, name)]

    def corrupt(self, job: Job, *, save_mask: bool, overwrite: bool) -> Corrupted:
        """Write a damaged image, in the depth of its input and with its properties, and its mask; raises `WorkError`."""
        import numpy as np

        picture, damaged = self.damage(job)
        mask = (damaged.image != picture.pixels).any(axis=-1) if damaged.mask is None else damaged.mask
        beside = mask_path(job.target) if save_mask else None
        if beside:  # first, so that no result is ever without its mask
            write(beside, mask[..., None].astype(np.float32), overwrite=overwrite)
        name = job.format_for(picture, damaged.image)
        write(job.target, damaged.image, like=picture, overwrite=overwrite, name=name)
        return Corrupted(job.source, job.target, beside, float(mask.mean()))


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
    steps, notes = [], []
    for step in spec.parse(text):
        entry = catalogue.find("corruption", step.name)
        notes += [hidden_note(other, entry) for other in catalogue.hidden("corruption", step.name)]
        given = given_options(entry, step)
        steps.append(bind(entry, {**entry.levels[step.level], **given} if step.level else given))
    chain = Chain(text, None, 0, tuple(steps))
    return Corruptor(chain, seed, parse_alpha(alpha or "refuse"), max_pixels or MAX_PIXELS, tuple(notes))


def corrupt_images(
    corruptor: Corruptor, inputs: Sequence[Path], folder: Path, how: Handling, *, save_mask: bool = False
) -> list[Corrupted]:
    """Damage every image in `inputs`, and write the results, with masks beside them, into `folder`.

    Raises as `run_batch` does.
    """
    work = partial(corruptor.corrupt, save_mask=save_mask, overwrite=how.overwrite)
    return run_batch(inputs, folder, corruptor.check, work, how, beside=[mask_path] if save_mask else [])


def _only_read(picture: ImageFile, name: str) -> Iterator[str]:
    """Yield a note where an image's format is read and not written, so that its result has another, `name`."""
    own = same_format(picture.format)
    if own not in WRITTEN.values():
        yield f"{SHOWN.get(own, own)} files cannot be written; the result is {SHOWN.get(name, name)}"


def _notes(picture: ImageFile, damaged: Damaged) -> Iterator[str]:
    """Yield remarks on an image and its damage."""
    yield from picture.notes
    if picture.pixels.min() == picture.pixels.max():
        yield "constant image"
    if (damaged.image == picture.pixels).all():
        yield "the damage changes nothing"

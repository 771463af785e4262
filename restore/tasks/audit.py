"""An estimate of how much a run has memorised about its training subjects: whether it restores them better than others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from restore.errors import RequestError
from restore.events import ignore
from restore.pipeline import damage, engine
from restore.pipeline.bootstrap import Estimate, Resamples, decibels, estimate
from restore.pipeline.data import fixed_pieces
from restore.pipeline.restorer import AT_ONCE
from restore.randomness import generator

if TYPE_CHECKING:
    from restore.pipeline.data import Pieces
    from restore.pipeline.restorer import Restorer
    from restore.plugins.catalogue import Catalogue
    from restore.running.opened import Run


@dataclass(frozen=True, slots=True)
class Memorisation:
    """How much a run has memorised about its training subjects, under one corruption.

    `train`, `test`: pooled PSNR of the damaged pixels in dB, of training and of test images, both under damage that was
    never trained on. `gap`: train minus test in dB. `attack`: the area under the ROC curve of a membership inference attack
    that knows only an image's error, 0.5 being chance (Yeom, Giacomelli, Fredrikson and Jha 2018, arXiv 1709.01604).
    `images`, `groups`: how many of training and of test.
    """

    corruption: str
    images: tuple[int, int]
    groups: tuple[int, int]
    train: float | None
    test: float | None
    gap: Estimate
    attack: Estimate

    @property
    def found(self) -> bool:
        """Whether gap or attack lie above chance."""
        return (self.gap.low or 0) > 0 or (self.attack.low or 0) > 0.5

    @property
    def conclusive(self) -> bool:
        """Whether there are enough groups for an interval."""
        return self.gap.low is not None


@dataclass(frozen=True, slots=True)
class _Errors:
    """Squared error, summed over its damaged pixels, and their number, of each image (N,); its group."""

    squared: NDArray[np.float64]
    pixels: NDArray[np.float64]
    groups: Sequence[str]


def audit(
    run: Run, catalogue: Catalogue, *, cache: bool = True, on_images: Callable[[int], None] = lambda _: None
) -> Iterator[Memorisation]:
    """Yield the memorisation of a trained run, under each of its corruptions.

    As many training images as there are test images are damaged anew and restored. Raises `RequestError` where the run
    has no trained weights, or its owners or its data are not what they were.
    """
    run.require_weights()
    run.require_same_owners(catalogue)
    plan = run.planned
    parts = engine.resolve_parts(plan, catalogue)
    images = run.prepare_data(parts, cache=cache, listener=ignore)
    restorer = run.rebuild(catalogue)
    count = len(images.test)
    drawn = sorted(generator(plan.test_seed, "audit").permutation(len(images.train))[:count].tolist())
    learned, unseen = (
        fixed_pieces(part, images.window, plan.windows, plan.test_seed).of(which)
        for part, which in ((images.train, drawn), (images.test, range(count)))
    )
    for chain in parts.chains:
        train = _errors(chain, learned, restorer, plan.test_seed, on_images)
        test = _errors(chain, unseen, restorer, plan.test_seed, on_images)
        yield _compare(chain.name or "as in the dataset", train, test, generator(plan.test_seed, "audit", chain.name))


def _errors(
    chain: damage.Chain, part: Pieces, restorer: Restorer, seed: int, on_images: Callable[[int], None]
) -> _Errors:
    """Return the errors of some images under damage that no training epoch drew; that of pairs is fixed."""
    squared, pixels = np.zeros((2, len(part.examples)))
    for start in range(0, len(part), AT_ONCE):
        which = range(start, min(start + AT_ONCE, len(part)))
        taken = part.take(which, damage.FIXED)
        broken = damage.damage_all([chain], taken.clean, taken.keys, taken.partners, seed=seed, epoch=damage.FIXED)
        masks = broken.masks if restorer.mask == "needed" else None
        restored = restorer.restore_all(broken.images, masks).images[:]
        error = ((restored - taken.clean) ** 2).mean(axis=-1, dtype=np.float64) * broken.masks
        images = [part.items[place][0] for place in which]
        np.add.at(squared, images, error.sum(axis=(1, 2)))
        np.add.at(pixels, images, broken.masks.sum(axis=(1, 2)))
        on_images(len(set(images)))
    damaged = np.flatnonzero(pixels)
    return _Errors(squared[damaged], pixels[damaged], [part.examples.groups[i] for i in damaged.tolist()])


def _compare(corruption: str, train: _Errors, test: _Errors, rng: np.random.Generator) -> Memorisation:
    sides = train, test
    if not all(len(side.groups) for side in sides):
        raise RequestError("no pixel is damaged", code="nothing-damaged", where=corruption)
    samples = Resamples(train.groups, rng), Resamples(test.groups, rng)
    psnr = [decibels(one.ratios(side.squared, side.pixels)) for one, side in zip(samples, sides, strict=True)]
    groups = samples[0].groups, samples[1].groups
    both = min(groups)
    return Memorisation(
        corruption,
        (len(train.groups), len(test.groups)),
        groups,
        estimate(psnr[0], both).value,
        estimate(psnr[1], both).value,
        estimate(psnr[0] - psnr[1], both),
        estimate(_attack(train, test, *samples), both),
    )


def _attack(train: _Errors, test: _Errors, one: Resamples, other: Resamples) -> NDArray[np.float64]:
    """Return the area under the ROC curve in each sample: the share of pairs whose training image has less error."""
    errors = [side.squared / side.pixels for side in (train, test)]
    wins = (errors[0][:, None] < errors[1]) + 0.5 * (errors[0][:, None] == errors[1])
    of_images = one.weights[:, one.index], other.weights[:, other.index]
    won = np.einsum("bi,ij,bj->b", of_images[0], wins, of_images[1], optimize=True)
    area: NDArray[np.float64] = won / (of_images[0].sum(axis=1) * of_images[1].sum(axis=1))
    return area

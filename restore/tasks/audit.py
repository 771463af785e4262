"""Whether a trained run restores the people that it learned from better than others: what it has memorised of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from restore.errors import RequestError
from restore.events import ignore
from restore.pipeline import damage, engine
from restore.planning.plan import Plan
from restore.randomness import generator
from restore.running import changes
from restore.running.recording import splits_of

if TYPE_CHECKING:
    from restore.pipeline.data import Examples
    from restore.pipeline.restorer import Restorer
    from restore.plugins.catalogue import Catalogue
    from restore.runfile.record import Record

RESAMPLES = 1_000
"""As for the intervals of scores."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the ends of its bootstrap 95 % interval over groups, None where a side has only one group."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Memorisation:
    """What an audit says of one corruption.

    `learned`, `unseen`: pooled PSNR of the damaged pixels, dB, of training and of test pictures, each under damage that
    was never trained on. `gap`: by how many dB the first is better. `attack`: the area under the ROC curve of telling
    the two apart by a picture's error alone, 0.5 being chance (Yeom, Giacomelli, Fredrikson and Jha 2018, arXiv
    1709.01604). `pictures`: how many of each.
    """

    corruption: str
    pictures: tuple[int, int]
    groups: tuple[int, int]
    learned: float
    unseen: float
    gap: Estimate
    attack: Estimate

    @property
    def remembers(self) -> bool:
        """Whether a figure lies above what chance explains."""
        return (self.gap.low or 0) > 0 or (self.attack.low or 0) > 0.5

    @property
    def can_tell(self) -> bool:
        """Whether there are enough groups to say what chance explains."""
        return self.gap.low is not None


@dataclass(frozen=True, slots=True)
class _Errors:
    """Squared error and number of damaged pixels of each picture, and the number of its group."""

    squared: NDArray[np.float64]
    pixels: NDArray[np.float64]
    group: NDArray[np.intp]

    @property
    def groups(self) -> int:
        return int(self.group.max()) + 1

    def drawn(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return how often each picture is in each resample of the groups, (RESAMPLES, N), all of them once first."""
        count = self.groups
        weights = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES)
        return np.vstack([np.ones(count), weights])[:, self.group]


def audit(
    record: Record, catalogue: Catalogue, *, cache: bool = True, on_images: Callable[[int], None] = lambda _: None
) -> Iterator[Memorisation]:
    """Yield what a complete run has memorised, for each of its corruptions.

    As many training pictures as there are test pictures are damaged anew and restored. Raises `RequestError` where the
    run has no trained weights, or its data is not what it was.
    """
    if not record.weights:
        raise RequestError("the run has no trained weights yet", where=record.name, hint="train it to the end first")
    plan = Plan.from_json(record.plan)
    parts = engine.resolve_parts(plan, catalogue)
    pictures = engine.prepare_data(plan, parts, cache=cache, skip_bad=bool(record.skipped), listener=ignore)
    changed = "; ".join(changes.of_data(record.data, splits_of(pictures)))
    if changed:
        hint = "an audit needs the pictures that the run was trained on"
        raise RequestError(f"the data changed since the run: {changed}", where=record.name, hint=hint)
    restorer = engine.rebuild(plan, catalogue, [array for _, array in record.weights])
    count = len(pictures.test)
    learned = sorted(generator(plan.seed, "audit").permutation(len(pictures.train))[:count].tolist())
    for chain in parts.chains:
        first = _errors(chain, pictures.train, learned, restorer, plan.seed, on_images)
        second = _errors(chain, pictures.test, range(count), restorer, plan.seed, on_images)
        yield _compare(chain.name or "as the data set has it", first, second, plan.seed)


def _errors(
    chain: damage.Chain,
    part: Examples,
    which: Sequence[int],
    restorer: Restorer,
    seed: int,
    on_images: Callable[[int], None],
) -> _Errors:
    """Return the errors of some pictures under damage that no epoch of the training drew; that of pairs is fixed."""
    clean, ids = part.clean(which), [part.ids[i] for i in which]
    broken = damage.damage_all([chain], clean, ids, part.partners(which), seed=seed, epoch=damage.FIXED)
    restored, _, _ = restorer.restore_all(broken.images, on_images=on_images)
    error = ((restored - clean) ** 2).mean(axis=-1, dtype=np.float64) * broken.masks
    _, group = np.unique([part.groups[i] for i in which], return_inverse=True)
    kept = broken.masks.any(axis=(1, 2))
    _, group = np.unique(group[kept], return_inverse=True)
    return _Errors(error.sum(axis=(1, 2))[kept], broken.masks.sum(axis=(1, 2))[kept].astype(np.float64), group)


def _compare(corruption: str, learned: _Errors, unseen: _Errors, seed: int) -> Memorisation:
    rng = generator(seed, "audit", corruption)
    weights = learned.drawn(rng), unseen.drawn(rng)
    quality = [
        -10 * np.log10((drawn @ one.squared) / (drawn @ one.pixels))
        for drawn, one in zip(weights, (learned, unseen), strict=True)
    ]
    mean = [one.squared / one.pixels for one in (learned, unseen)]
    wins = (mean[0][:, None] < mean[1]) + 0.5 * (mean[0][:, None] == mean[1])
    attack = np.einsum("bi,ij,bj->b", weights[0], wins, weights[1], optimize=True)
    attack /= weights[0].sum(axis=1) * weights[1].sum(axis=1)
    several = min(learned.groups, unseen.groups) > 1
    return Memorisation(
        corruption,
        (len(learned.group), len(unseen.group)),
        (learned.groups, unseen.groups),
        float(quality[0][0]),
        float(quality[1][0]),
        _estimate(quality[0] - quality[1], several),
        _estimate(attack, several),
    )


def _estimate(drawn: NDArray[np.float64], several: bool) -> Estimate:
    """Return a figure from that of all groups, first, and those of the resamples, where they are of several groups."""
    if not several:
        return Estimate(float(drawn[0]), None, None)
    low, high = np.percentile(drawn[1:], [2.5, 97.5])
    return Estimate(float(drawn[0]), float(low), float(high))

"""The damage stage: corruptions applied to clean images, each drawn from a generator of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore.plugins.boundary import Bound, readonly_view
from restore.plugins.contracts import fault_in_damaged
from restore.plugins.values import Damaged, Images, Json, Masks
from restore.randomness import generator

FIXED = "fixed"
"""The epoch of validation and test, whose damage never changes."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One `--corrupt`: its steps in order, its position among the others, and its name and level in score rows."""

    name: str
    level: str | None
    position: int
    steps: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class DamagedSet:
    """Damaged images float32 (N, H, W, C) in [0, 1], true masks bool (N, H, W), and what was drawn for each."""

    images: Images
    masks: Masks
    truths: tuple[Json, ...]


def damage(
    chain: Chain,
    clean: NDArray[np.float32],
    sample: str,
    *,
    seed: int,
    epoch: int | str,
    partner: Damaged | None = None,
) -> Damaged:
    """Apply the steps of `chain` to one image, or to its damaged `partner` where it has one.

    `clean`: float32 (H, W, C) in [0, 1]. The mask is the union of the steps' masks. Raises `ComponentError` where a
    step breaks its contract.
    """
    start = partner.image if partner else clean
    mask = _mask_of(partner, clean) if partner else np.zeros(clean.shape[:2], np.bool_)
    image, truth = start, dict(partner.truth) if partner else {}
    for place, step in enumerate(chain.steps):
        rng = generator(seed, epoch, sample, f"{chain.position}.{place}")
        done: Damaged = step(readonly_view(image), rng, doing=f"damaging {sample}")
        wrong = fault_in_damaged(done, image)
        if wrong:
            raise step.fault(f"{wrong}, for {sample}")
        mask = mask | _mask_of(done, image)
        image, truth = done.image, truth | dict(done.truth)
    return Damaged(image, mask, truth)


def damage_all(
    chains: Sequence[Chain],
    clean: Images,
    samples: Sequence[str],
    partners: Sequence[Damaged | None],
    *,
    seed: int,
    epoch: int | str,
) -> DamagedSet:
    """Damage images, float32 (N, H, W, C) in [0, 1], each by one of `chains`, drawn for each sample and epoch."""
    images, masks, truths = np.empty_like(clean), np.empty(clean.shape[:3], np.bool_), []
    for i, (sample, partner) in enumerate(zip(samples, partners, strict=True)):
        chain = chains[0]
        if len(chains) > 1:
            chain = chains[int(generator(seed, epoch, sample, "which").integers(len(chains)))]
        done = damage(chain, clean[i], sample, seed=seed, epoch=epoch, partner=partner)
        images[i], masks[i] = done.image, done.mask
        truths.append(done.truth)
    return DamagedSet(images, masks, tuple(truths))


def _mask_of(done: Damaged, before: NDArray[np.float32]) -> NDArray[np.bool_]:
    if done.mask is not None:
        return done.mask
    changed: NDArray[np.bool_] = (done.image != before).any(axis=-1)
    return changed

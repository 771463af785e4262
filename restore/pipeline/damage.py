"""The damage stage: corruptions applied to clean images, each drawn from a generator of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


Key = tuple[object, ...]
"""What draws are keyed by beside seed and epoch: the id of an image, and the number of a window of it."""
Places = Sequence[tuple[slice, slice]]


def damage(
    chain: Chain,
    clean: NDArray[np.float32],
    key: Key,
    *,
    seed: int,
    epoch: int | str,
    partner: Damaged | None = None,
) -> Damaged:
    """Apply the steps of `chain` to one image, or to its damaged `partner` where it has one.

    `clean`: float32 (H, W, C) in [0, 1]. The mask is the union of the steps' masks. Raises `ComponentError` where a
    step breaks its contract.
    """
    image, mask, truth = _start(clean, partner)
    for place, step in enumerate(chain.steps):
        rng = generator(seed, epoch, *key, f"{chain.position}.{place}")
        done: Damaged = step(readonly_view(image), rng, doing=f"damaging {key[0]}")
        wrong = fault_in_damaged(done, image)
        if wrong:
            raise step.fault(f"{wrong}, for {key[0]}")
        mask = mask | mask_of(done, image)
        image, truth = done.image, truth | dict(done.truth)
    return Damaged(image, mask, truth)


def damage_windows(
    chain: Chain,
    clean: NDArray[np.float32],
    sample: str,
    places: Places,
    *,
    seed: int,
    epoch: int | str,
    partner: Damaged | None = None,
) -> Damaged:
    """Apply the steps of `chain` to disjoint windows of one image, float32 (H, W, C) in [0, 1], and lay them back.

    Each window is drawn by itself. `truth` is that of the partner, with `windows`: a list of what was drawn for each,
    and its `place` [top, left, height, width].
    """
    image, mask, truth = _start(clean, partner)
    if not chain.steps:
        return Damaged(image, mask, truth)
    image, mask, drawn = image.copy(), mask.copy(), []
    for number, (rows, columns) in enumerate(places):
        piece = np.ascontiguousarray(image[rows, columns])
        done = damage(chain, piece, (sample, number), seed=seed, epoch=epoch)
        image[rows, columns] = done.image
        mask[rows, columns] |= mask_of(done, piece)
        place = [rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start]
        drawn.append({"place": place, **done.truth})
    return Damaged(image, mask, {**truth, "windows": drawn})


def damage_all(
    chains: Sequence[Chain],
    clean: Images,
    keys: Sequence[Key],
    partners: Sequence[Damaged | None],
    *,
    seed: int,
    epoch: int | str,
) -> DamagedSet:
    """Damage images, float32 (N, H, W, C) in [0, 1], each by one of `chains`, drawn for each key and epoch."""
    images, masks, truths = np.empty_like(clean), np.empty(clean.shape[:3], np.bool_), []
    for i, (key, partner) in enumerate(zip(keys, partners, strict=True)):
        chain = chains[0]
        if len(chains) > 1:
            chain = chains[int(generator(seed, epoch, *key, "which").integers(len(chains)))]
        done = damage(chain, clean[i], key, seed=seed, epoch=epoch, partner=partner)
        images[i], masks[i] = done.image, done.mask
        truths.append(done.truth)
    return DamagedSet(images, masks, tuple(truths))


def mask_of(done: Damaged, before: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return the mask of a damaged image, bool (H, W), by default where it differs from `before`, float32 (H, W, C)."""
    if done.mask is not None:
        return done.mask
    changed: NDArray[np.bool_] = (done.image != before).any(axis=-1)
    return changed


def _start(clean: NDArray[np.float32], partner: Damaged | None) -> tuple[NDArray[np.float32], Masks, dict[str, Any]]:
    """Return image, mask and truth before the steps of a chain."""
    if partner is None:
        return clean, np.zeros(clean.shape[:2], np.bool_), {}
    return partner.image, mask_of(partner, clean), dict(partner.truth)

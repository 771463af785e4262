"""The augmentation stage: random changes of clean training images, before they are damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from restore.plugins.boundary import Bound, readonly_view
from restore.plugins.components import Augmentation
from restore.plugins.contracts import fault_in_augmented
from restore.plugins.values import Damaged, Images
from restore.randomness import generator


def augment(
    steps: Sequence[Bound],
    clean: Images,
    partners: Sequence[Damaged | None],
    keys: Sequence[tuple[object, ...]],
    *,
    seed: int,
    epoch: int | str,
) -> tuple[Images, list[Damaged | None]]:
    """Return images, float32 (N, H, W, C) in [0, 1], and their damaged partners, changed by every step in order.

    What is drawn is keyed by seed, epoch and the image's key. Raises `ComponentError` where a step breaks its contract.
    """
    if not steps:
        return clean, list(partners)
    changed, others = np.empty_like(clean), list(partners)
    for i, (key, partner) in enumerate(zip(keys, partners, strict=True)):
        changed[i], others[i] = _augment_one(steps, clean[i], partner, key, (seed, epoch))
    return changed, others


def is_left(step: Bound, partner: Damaged | None) -> bool:
    """Return whether a step leaves an image alone, since what the truth of its partner says of places would be wrong."""
    component = step.entry.component
    assert isinstance(component, Augmentation)
    return bool(component.moves and partner is not None and partner.truth)


def _augment_one(
    steps: Sequence[Bound], clean: Images, partner: Damaged | None, key: tuple[object, ...], when: tuple[int, int | str]
) -> tuple[Images, Damaged | None]:
    """Return one image (H, W, C) and its partner after every step."""
    images = clean[None] if partner is None else np.stack([clean, partner.image])
    mask = np.zeros(clean.shape[:2], np.bool_)
    if partner is not None:
        mask = (partner.image != clean).any(axis=-1) if partner.mask is None else partner.mask
    for place, step in enumerate(steps):
        if is_left(step, partner):
            continue
        rng = generator(*when, *key, f"augment {place}")
        made = step(readonly_view(images), readonly_view(mask), rng, doing=f"augmenting {key[0]}")
        wrong = fault_in_augmented(made, images)
        if wrong:
            raise step.fault(f"{wrong}, for {key[0]}")
        images, mask = made
    return images[0], None if partner is None else replace(partner, image=images[1], mask=mask)

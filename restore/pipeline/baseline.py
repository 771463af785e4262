"""The baseline stage: models without training, on the same damage as the trained one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from restore.pipeline.restorer import composite
from restore.plugins.boundary import Bound
from restore.plugins.components import Model
from restore.plugins.contracts import fault_in_restored, span
from restore.plugins.values import Images, Masks
from restore.system.ragged import Ragged, chunks, gather

COVERED = 0.9
"""Largest share of an image under the mask for baselines that need one: beyond it, too little is left to work from."""
CHUNK = 16
"""Images restored by a baseline at once: few enough that progress is visible."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """The test images restored by a baseline; `images` is None where it was skipped, for `reason`."""

    images: Images | Ragged | None
    used: Masks | Ragged | None
    given_mask: bool
    reason: str = ""


def restore(
    bound: Bound,
    damaged: Images | Ragged,
    masks: Masks | Ragged,
    *,
    ids: Sequence[str] = (),
    on_images: Callable[[int], None],
) -> Restoration:
    """Restore images, float32 (N, H, W, C) in [0, 1] or N of mixed sizes; what needs a mask gets the true one, bool.

    A baseline that needs a mask is skipped where the mask covers over 90 % of an image. Raises `ComponentError`, with
    the N names `ids` (by default numbers from 0), where it breaks its contract.
    """
    component = bound.entry.component
    assert isinstance(component, Model)
    needs = component.needs_mask
    share = max((float(masks[i].mean()) for i in range(len(damaged))), default=0)
    if needs and share > COVERED:
        on_images(len(damaged))
        return Restoration(None, None, given_mask=True, reason=f"the mask covers {share:.0%} of an image")
    names = list(ids) or [str(i) for i in range(len(damaged))]

    def restored() -> Iterator[tuple[Images, Masks]]:
        for part in chunks(damaged, CHUNK):
            before = damaged[part]
            used: Masks = masks[part] if needs else np.ones(before.shape[:3], np.bool_)
            # Writable copies: the compiled loops of many libraries take no others.
            given, mask = before.copy(), used.copy()
            images = bound(given, mask if needs else None, doing=f"restoring {span(names[part])}")
            wrong = fault_in_restored(images, before, names[part])
            if not (np.array_equal(given, before) and np.array_equal(mask, used)):
                wrong = f"changed its input images, {span(names[part])}"
            if wrong:
                raise bound.fault(wrong)
            on_images(len(images))
            yield composite(before, images, used), used

    images, used = gather(damaged, restored())
    return Restoration(images, used, given_mask=needs)

"""The baseline stage: models that need no training, on the same damage as the trained one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from restore.pipeline.restorer import composite
from restore.plugins.boundary import Bound, span
from restore.plugins.components import Model
from restore.plugins.contracts import fault_in_image, is_array
from restore.plugins.values import Images, Masks

COVERED = 0.9
"""Share of an image above which a mask leaves a baseline that needs one nothing to work from."""
CHUNK = 16
"""Images given to a baseline at once: few enough that progress shows."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a baseline made of the test images; `images` is None where it was skipped, for `reason`."""

    images: Images | None
    used: Masks | None
    given_mask: bool
    reason: str = ""


def restore(
    bound: Bound, damaged: Images, masks: Masks, *, ids: Sequence[str] = (), on_images: Callable[[int], None]
) -> Restoration:
    """Restore images float32 (N, H, W, C) in [0, 1]; a baseline that needs a mask gets the true one, bool (N, H, W).

    One that needs a mask is skipped where that covers over 90 % of an image. `ids`, N names, are for the message of
    the `ComponentError` that it raises where it returns no such images; without them they are counted from 0.
    """
    component = bound.entry.component
    assert isinstance(component, Model)
    needs = component.needs_mask
    share = float(masks.mean(axis=(1, 2)).max(initial=0))
    if needs and share > COVERED:
        on_images(len(damaged))
        return Restoration(None, None, given_mask=True, reason=f"the mask covers {share:.0%} of an image")
    used: Masks = masks if needs else np.ones_like(masks)
    names = list(ids) or [str(i) for i in range(len(damaged))]
    parts = []
    for start in range(0, len(damaged), CHUNK):
        part = slice(start, start + CHUNK)
        # Copies that can be written to, since the compiled loops of many libraries take no others.
        given, mask = damaged[part].copy(), used[part].copy()
        images = bound(given, mask if needs else None, doing=f"restoring {span(names[part])}")
        wrong = _judge(images, damaged[part], names[part])
        if not (np.array_equal(given, damaged[part]) and np.array_equal(mask, used[part])):
            wrong = f"changed the images that it was given, {span(names[part])}"
        if wrong:
            raise bound.fault(wrong)
        parts.append(images)
        on_images(len(images))
    return Restoration(composite(damaged, np.concatenate(parts), used), used, given_mask=needs)


def _judge(images: object, damaged: Images, names: Sequence[str]) -> str | None:
    """Return what is wrong with restored images, of the first one where it is in one of them, or None."""
    wrong = fault_in_image(images, damaged.shape, span(names))
    if wrong is None or not is_array(images) or images.shape != damaged.shape:
        return wrong
    each = (fault_in_image(one, damaged.shape[1:], name) for one, name in zip(images, names, strict=True))
    return next(filter(None, each))

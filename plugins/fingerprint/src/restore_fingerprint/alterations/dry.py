"""Dry skin: ridges break up into dots."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged
from restore_fingerprint.alterations.grey import check_size, grain_of, ink_of, paper_of, round_grey, scale_of, skin_of
from restore_fingerprint.alterations.noise import gradient_noise


def dry(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    amount: Annotated[float, Field(gt=0, le=1, description="share of the ridge area that loses contact")] = 0.45,
) -> Damaged:
    """Remove the contact of a share `amount` of the ridges: they break where the skin is lowest, more in dry patches.

    The print is float32 (H, W, C) in [0, 1]. Gaps are about a ridge wide and show the background; the remaining ridges
    are paler. The mask is true where anything changed, which is only within the foreground. `truth`: `amount`.
    """
    check_size(image, "dry")
    shape = image.shape[:2]
    grain = grain_of(image)
    height = gradient_noise(shape, 3.16 * grain, rng, octaves=2) / 0.25
    height = height + 0.6 * gradient_noise(shape, 30 * scale_of(image), rng, octaves=2) / 0.25
    height = height + rng.normal(0, 0.5, shape)
    # Skin below this height makes no contact.
    level = float(np.quantile(height, amount))
    touch = np.clip((height - level) / 0.8 + 0.5, 0, 1) * (1 - 0.25 * amount)
    lost = (1 - touch) * skin_of(image, grain)
    damaged = round_grey(image + paper_of(image) * ink_of(image) * lost[..., np.newaxis].astype(np.float32))
    mask = (np.abs(damaged - image) > 1 / 255).any(axis=-1)
    return Damaged(np.where(mask[..., np.newaxis], damaged, image), mask, {"amount": amount})

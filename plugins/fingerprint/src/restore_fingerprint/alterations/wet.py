"""Wet skin: valleys fill and ridges merge."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import ndimage

from restore.api import Damaged
from restore_fingerprint.alterations.grey import check_size, grain_of, ink_of, paper_of, round_grey, scale_of, skin_of
from restore_fingerprint.alterations.noise import gradient_noise


def wet(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    amount: Annotated[float, Field(gt=0, le=1, description="filling of the valleys; 1 fills nearly all")] = 0.5,
) -> Damaged:
    """Spread the ink of a print into the adjacent valleys, more in wet patches.

    The print is float32 (H, W, C) in [0, 1]. The mask is true where anything changed, which is only within the
    foreground. `truth`: `amount`.
    """
    check_size(image, "wet")
    shape = image.shape[:2]
    grain = grain_of(image)
    patches = 0.5 + gradient_noise(shape, 26 * scale_of(image), rng, octaves=3) / 0.5
    moist = np.clip(amount * (0.4 + 1.1 * patches), 0, 1)[..., np.newaxis].astype(np.float32)
    ink = ink_of(image)
    spread = ndimage.gaussian_filter(ink, (0.9 * grain, 0.9 * grain, 0))
    # Capillary bridges fill valleys with ink on both sides, that is, where blurred ink exceeds about a half.
    bridge = np.clip((spread - 0.45 + 0.25 * moist) * 3.5, 0, 1)
    wetted = np.maximum(ink, moist * bridge)
    wetted = wetted + (ndimage.gaussian_filter(wetted, (0.4 * grain, 0.4 * grain, 0)) - wetted) * moist
    more = np.maximum(wetted, ink * (1 - 0.15 * moist)) - ink
    touched = skin_of(image, grain)[..., np.newaxis]
    damaged = round_grey(image - paper_of(image) * more * touched)
    mask = (np.abs(damaged - image) > 1 / 255).any(axis=-1)
    return Damaged(np.where(mask[..., np.newaxis], damaged, image), mask, {"amount": amount})

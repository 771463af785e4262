"""Noise: Gaussian, salt-and-pepper, speckle."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged


def noise(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    kind: Annotated[
        Literal["gaussian", "salt-pepper", "speckle"],
        Field(description="additive, black and white pixels, or multiplicative"),
    ] = "gaussian",
    amount: Annotated[
        float, Field(ge=0, le=1, description="standard deviation; for salt-pepper, the share of pixels affected")
    ] = 0.2,
) -> Damaged:
    """Add noise to an image, float32 (H, W, C), and clip it to [0, 1].

    `gaussian`: x + amount·n, n standard normal, independent for each pixel and channel; `speckle`: x + amount·n·x;
    `salt-pepper`: a share `amount` of the pixels turns black or white, in all channels. The mask is true where noise
    was drawn: everywhere for gaussian and speckle; for salt-pepper, at the affected pixels, including those that were
    black or white before. `truth["amount"]`: the option's value.
    """
    truth = {"amount": amount}
    if kind == "salt-pepper":
        # One number per pixel decides both: affected where it is below the amount, white in the lower half of that.
        draw = rng.random(image.shape[:2], dtype=np.float32)
        mask = draw < amount
        damaged = image.copy()
        damaged[mask] = (draw[mask] < amount / 2)[:, np.newaxis]
        return Damaged(damaged, mask, truth)
    grain = rng.standard_normal(image.shape, dtype=np.float32)
    grain *= np.float32(amount)
    if kind == "speckle":
        grain *= image
    grain += image
    return Damaged(np.clip(grain, 0, 1, out=grain), np.ones(image.shape[:2], bool), truth)

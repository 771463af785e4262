"""Blur: defocus and movement."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import ndimage

from restore.api import Damaged
from restore.builtin.corruptions.strokes import cover


def blur(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    kind: Annotated[Literal["gaussian", "motion"], Field(description="defocus, or movement in a random direction")] = (
        "gaussian"
    ),
    amount: Annotated[
        float, Field(ge=0, le=50, description="standard deviation in pixels; for motion, the length of the path")
    ] = 1.5,
) -> Damaged:
    """Blur an image, float32 (H, W, C) in [0, 1], whose edges are mirrored.

    The amount varies by a fifth. The mask is true everywhere. `truth["amount"]`: what was drawn; `truth["angle"]`: the direction of movement in
    degrees, anticlockwise from the rows, 0 for `gaussian`.
    """
    amount *= float(rng.uniform(0.8, 1.2))
    angle = float(rng.uniform(0, 180)) if kind == "motion" else 0.0
    if kind == "gaussian":
        blurred = ndimage.gaussian_filter(image, (amount, amount, 0), mode="mirror")
    else:
        blurred = ndimage.convolve(image, _path(amount, angle)[..., np.newaxis], mode="mirror")
    mask = np.ones(image.shape[:2], bool)
    return Damaged(np.clip(blurred, 0, 1), mask, {"amount": amount, "angle": angle})


def _path(length: float, angle: float) -> NDArray[np.float32]:
    """Return a kernel whose sum is 1: a straight line through its middle."""
    half = int(np.ceil(length / 2))
    turn = np.deg2rad(angle)
    end = np.array([-np.sin(turn), np.cos(turn)]) * length / 2
    line = cover((2 * half + 1, 2 * half + 1), (half - end, half + end), 1.0)
    return np.asarray(line / line.sum())

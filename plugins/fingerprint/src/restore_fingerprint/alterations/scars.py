"""The scar of a cut: skin without ridges, white, that fades to both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


@dataclass(frozen=True)
class Scar:
    """How a scar looks, in pixels of an official print.

    `rim`: the mean whiteness at 0, 1, 2 ... pixels from the middle of the scar, to both sides. `healed`: the mean
    whiteness at 0, 1, 2 ... pixels from the centre of a small disc that is mostly scar. Both are made of white dots that
    cover `cover` each, blurred by a Gaussian of `blur`.
    """

    rim: tuple[float, ...]
    healed: tuple[float, ...]
    cover: float
    blur: float


SCARS = {
    "coarse": Scar(
        rim=(0.7, 0.6, 0.46, 0.32, 0.19, 0.1, 0.045, 0.015, 0),
        healed=(0.6, *(8 * (0.61,)), 0.59, 0.55, 0.5, 0.44, 0.37, 0.32, 0.26, 0.21, 0.16, 0.09, 0.04, 0.02, 0),
        cover=0.3,
        blur=0.9,
    ),
    "middle": Scar(
        rim=(0.64, 0.5, 0.33, 0.17, 0.08, 0.03, 0.01, 0),
        healed=(*(9 * (0.27,)), 0.28, 0.3, 0.31, 0.32, 0.34, 0.35, 0.31, 0.23, 0.14, 0.07, 0.03, 0.01, 0),
        cover=0.4,
        blur=0.6,
    ),
    "fine": Scar(
        rim=(0.28, 0.2, 0.1, 0.055, 0.03, 0.015, 0),
        healed=(*(8 * (0.0,)), 0.03, 0.07, 0.1, 0.14, 0.2, 0.3, 0.37, 0.36, 0.24, 0.13, 0.06, 0.02, 0.01, 0),
        cover=0.9,
        blur=0.0,
    ),
}
"""The three looks of official scars, one for each texture of the obliteration: their mean profiles."""


def whiteness(
    distance: NDArray[np.float64], profile: tuple[float, ...], scar: Scar, rng: np.random.Generator, *, grain: float
) -> NDArray[np.float64]:
    """Return how white a scar makes each pixel, float64 (H, W) in [0, 1], by its distance from the scar's middle.

    `grain`: pixels that go on one of an official print.
    """
    mean = np.interp(np.abs(distance) / grain, np.arange(len(profile)), profile)
    # Dots are pixels of an official print: on a finer picture they are wider, and fewer a pixel.
    share = mean / scar.cover
    dots = rng.poisson(share / grain**2) * scar.cover * grain**2
    blur = max(scar.blur * grain, 0.45 * (grain - 1))
    white = ndimage.gaussian_filter(dots, blur, truncate=3) if blur > 0 else dots
    covered: NDArray[np.float64] = np.where(mean > 0, np.minimum(white, 1), 0)
    return covered


def whiten(image: NDArray[np.float32], white: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return an image (H, W, C) blended with white by `white` (H, W) in [0, 1]."""
    share = white[..., np.newaxis].astype(np.float32)
    blended: NDArray[np.float32] = image + (1 - image) * share
    return blended

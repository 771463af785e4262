"""The scar of a cut: skin without ridges, white, that fades to both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


@dataclass(frozen=True)
class Scar:
    """How a scar looks, in pixels of an official print.

    White dots lie around the cut, `dots` of them on a pixel of its length, normally distributed by `spread` to both
    sides; each covers what is under it by `cover`, after a Gaussian blur by `blur`.
    """

    spread: float
    blur: float
    dots: float
    cover: float


SCARS = {
    "coarse": Scar(spread=1.8, blur=1.0, dots=10.0, cover=0.36),
    "middle": Scar(spread=1.2, blur=0.6, dots=5.0, cover=0.42),
    "fine": Scar(spread=1.0, blur=0.0, dots=0.9, cover=0.7),
}
"""The three looks of official scars, one for each texture of the obliteration, fitted to their mean profiles."""


def sprinkle(
    shape: tuple[int, int],
    path: NDArray[np.float64],
    scar: Scar,
    rng: np.random.Generator,
    *,
    grain: float = 1.0,
    width: float = 1.0,
) -> NDArray[np.float64]:
    """Return how white a scar along a path makes each pixel of a picture, float64 (H, W) in [0, 1].

    `path`: row and column, float64 (N, 2), of points along the cut. `grain`: pixels that go on one of an official
    print. `width` multiplies the spread.
    """
    white = np.zeros(shape)
    step = np.diff(path, axis=0, append=path[-1:])
    length = np.hypot(*step.T)
    total = float(length.sum()) / grain
    # A scar is stronger here and weaker there, over about 15 pixels of an official print.
    along = np.cumsum(length) / grain / 15 * np.pi
    strength = 1 + 0.3 * np.sin(along + rng.uniform(0, 2 * np.pi))
    chance = strength * length + 1e-12
    count = int(rng.poisson(scar.dots * total * width))
    chosen = rng.choice(len(path), count, p=chance / chance.sum())
    spread = scar.spread * grain * width
    places = path[chosen] + rng.normal(0, spread, (count, 2))
    at = np.rint(places).astype(np.intp)
    inside = ((at >= 0) & (at < shape)).all(axis=1)
    cover = scar.cover * rng.choice((0.6, 1.4), count)[inside] * grain**2
    np.add.at(white, tuple(at[inside].T), cover)
    blur = np.hypot(scar.blur * grain, 0.35 * max(grain - 1, 0))
    if blur > 0:
        white = ndimage.gaussian_filter(white, blur, truncate=3)
    covered: NDArray[np.float64] = np.where(white > 0.01, np.minimum(white, 1), 0)
    return covered


def whiten(image: NDArray[np.float32], white: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return an image (H, W, C) blended with white by `white` (H, W) in [0, 1]."""
    share = white[..., np.newaxis].astype(np.float32)
    blended: NDArray[np.float32] = image + (1 - image) * share
    return blended

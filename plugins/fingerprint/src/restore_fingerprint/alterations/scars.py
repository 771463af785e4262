"""The scar of a cut: ridgeless skin, whitened in layers that thin out to both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special, stats

from restore_fingerprint.alterations.grey import paper_of


@dataclass(frozen=True)
class Scar:
    """The appearance of a scar with a given number of layers, in pixels of a SOCOFing print.

    `share`: share of the layers that cover a pixel at 0, 1, 2 ... pixels from the centreline. `ragged`: raggedness of
    the edges: with 1 the number of covering layers is binomial, with less it lies closer to its mean, with 0 at the
    median. `smooth`: share of the raggedness, from 0 to 1, that varies smoothly; the rest is independent per pixel.
    """

    share: tuple[float, ...]
    ragged: float
    smooth: float


RIMS = {
    1: Scar((0.295, 0.221, 0.132, 0.061, 0.047, 0.023, 0.002, 0), ragged=1, smooth=0.3),
    2: Scar((0.358, 0.269, 0.133, 0.06, 0.027, 0.011, 0.002, 0), ragged=1, smooth=0.4),
    3: Scar((0.654, 0.527, 0.302, 0.147, 0.061, 0.026, 0.006, 0), ragged=0.7, smooth=0.6),
    4: Scar((0.696, 0.578, 0.391, 0.207, 0.101, 0.038, 0.014, 0.004, 0), ragged=0.65, smooth=0.6),
    5: Scar((0.675, 0.592, 0.417, 0.273, 0.159, 0.074, 0.029, 0.012, 0.004, 0), ragged=0.6, smooth=0.6),
}
"""Scars around an official disc by their number of layers, profiled from the centreline outwards."""
OFTEN = {23.0: (0.17, 0.17, 0.1, 0.22, 0.34), 28.5: (0.17, 0.21, 0.33, 0.25, 0.04)}
"""Frequencies of such scars with 1 to 5 layers, by the radius of the disc in pixels."""

HEALED = {
    2: Scar(
        (*(8 * (0.02,)), 0.2, 0.38, 0.31, 0.23, 0.18, 0.22, 0.32, 0.41, 0.38, 0.23, 0.1, 0.05, 0.02, 0),
        ragged=1,
        smooth=0.4,
    ),
    3: Scar(
        (*(8 * (0.01,)), 0.15, 0.25, 0.16, 0.14, 0.17, 0.26, 0.345, 0.37, 0.285, 0.16, 0.07, 0.03, 0.01, 0),
        ragged=0.8,
        smooth=0.7,
    ),
    7: Scar(
        (*(8 * (0.28,)), 0.55, 0.82, 0.88, 0.88, 0.83, 0.72, 0.6, 0.49, 0.39, 0.28, 0.18, 0.09, 0.03, 0.01, 0),
        ragged=0.35,
        smooth=0.9,
    ),
    12: Scar(
        (*(9 * (0.76,)), 0.74, 0.64, 0.55, 0.46, 0.385, 0.33, 0.28, 0.235, 0.18, 0.12, 0.06, 0.02, 0),
        ragged=0.35,
        smooth=0.9,
    ),
}
"""Scars over small official discs by their number of layers, profiled from the centre of the disc outwards."""
OFTEN_HEALED = (0.19, 0.29, 0.12, 0.4)
"""Frequencies of such scars."""


def draw_rim(radius: float, rng: np.random.Generator) -> int:
    """Return a random number of layers for the scar around a disc of `radius`, in pixels of a SOCOFing print."""
    shares = np.array([np.interp(radius, list(OFTEN), column) for column in zip(*OFTEN.values(), strict=True)])
    return int(rng.choice(list(RIMS), p=shares / shares.sum()))


def draw_healed(rng: np.random.Generator) -> int:
    """Return a random number of layers for the scar over a small disc."""
    return int(rng.choice(list(HEALED), p=OFTEN_HEALED))


def whiteness(
    distance: NDArray[np.float64],
    layers: int,
    scar: Scar,
    rng: np.random.Generator,
    *,
    grain: float,
    strength: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the whiteness that a scar adds to each pixel, float64 (H, W) in [0, 1].

    `distance`: pixels from the scar's centreline, (H, W); `grain`: scale relative to a SOCOFing print, pixels per
    pixel; `strength`: of the scar at each pixel, 1 on average.
    """
    share = np.clip(np.interp(np.abs(distance) / grain, np.arange(len(scar.share)), scar.share) * strength, 0, 1)
    cells = tuple(int(np.ceil(side / grain)) for side in distance.shape)
    cell = np.ix_(*((np.arange(side) / grain).astype(int) for side in distance.shape))
    run = ndimage.gaussian_filter(rng.standard_normal(cells), 2)
    edge = np.sqrt(scar.smooth) * run / run.std() + np.sqrt(1 - scar.smooth) * rng.standard_normal(cells)
    # Neighbouring pixels are covered by similar numbers of layers.
    covered = stats.binom.ppf(special.ndtr(scar.ragged * edge)[cell], layers, share) / layers
    # Measured whiteness by the share of covering layers.
    white = np.where(covered > 0, 0.08 + 0.72 * covered + 0.1 * covered**2, 0.0)
    return ndimage.gaussian_filter(white, 0.45 * (grain - 1), truncate=3) if grain > 1 else white


def whiten(image: NDArray[np.float32], white: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return an image (H, W, C) blended with its background by `white` (H, W) in [0, 1]."""
    share = white[..., np.newaxis].astype(np.float32)
    blended: NDArray[np.float32] = image + np.maximum(paper_of(image) - image, 0) * share
    return blended

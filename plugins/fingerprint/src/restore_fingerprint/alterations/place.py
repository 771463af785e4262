"""Position of an alteration on a print."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Place = tuple[float, float]
TRIES = 24
"""Positions drawn before the best of them is used."""


def draw_place(
    inside: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    spread: float,
    covers: Callable[[Place], NDArray[np.bool_]],
    margin: float = 0.97,
    rise: float = 0.65,
) -> Place:
    """Return a random centre (row, column) in pixels, such that the damage lies within the foreground.

    `inside`: bool (H, W), the foreground. The centre is normally distributed with standard deviation `spread` pixels
    around a point `rise` times `spread` above the foreground's centroid, as measured on official alterations. It is
    drawn until a share `margin` of the pixels that the damage `covers`, bool (H, W) for a centre, lies inside; else the
    best of 24 draws is used.
    """
    height, width = inside.shape
    rows, columns = np.nonzero(inside) if inside.any() else np.nonzero(np.ones_like(inside))
    middle = np.array([rows.mean() - rise * spread, columns.mean()])
    best, share = (float(middle[0]), float(middle[1])), -1.0
    for _ in range(TRIES):
        drawn = np.clip(rng.normal(middle, spread), 0, (height - 1, width - 1))
        place = (float(drawn[0]), float(drawn[1]))
        covered = covers(place)
        lies = float(inside[covered].mean()) if covered.any() else 0.0
        if lies > share:
            best, share = place, lies
        if lies >= margin:
            break
    return best

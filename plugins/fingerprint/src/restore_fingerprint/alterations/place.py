"""Where on a print an alteration lies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Place = tuple[float, float]
TRIES = 24
"""Places tried before the best of them is taken."""


def draw_place(
    inside: NDArray[np.bool_],
    rng: np.random.Generator,
    *,
    spread: float,
    covers: Callable[[Place], NDArray[np.bool_]],
    margin: float = 0.97,
    rise: float = 0.65,
) -> Place:
    """Return a centre (row, column) in pixels for damage that should lie where the finger touches.

    `inside`: bool (H, W), where it touches. Normally distributed by `spread` pixels around a point `rise` times as much
    above its middle (as official ones are), until a share `margin` of what the damage `covers` (bool (H, W), of a centre) lies inside; else the best of
    24 tries.
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

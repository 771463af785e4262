"""Lines drawn with soft edges, on images of any size."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Point = NDArray[np.float64]
"""Row and column in pixels, (2,), pixel centres at integers."""


def cover(shape: tuple[int, int], points: Iterable[Point], width: float) -> NDArray[np.float32]:
    """Return the share of each pixel, (H, W) in [0, 1], that a line through `points` covers, `width` pixels wide."""
    covered = np.zeros(shape, np.float32)
    reach = width / 2 + 1
    for a, b in pairwise(points):
        low = np.clip(np.floor(np.minimum(a, b) - reach), 0, shape).astype(int)
        high = np.clip(np.ceil(np.maximum(a, b) + reach) + 1, 0, shape).astype(int)
        if (low >= high).any():
            continue
        rows, columns = np.arange(low[0], high[0])[:, np.newaxis], np.arange(low[1], high[1])
        near = np.clip((width + 1) / 2 - np.sqrt(squared_distance(rows, columns, a, b)), 0, min(width, 1))
        view = covered[low[0] : high[0], low[1] : high[1]]
        np.maximum(view, near, out=view)
    return covered


def squared_distance(rows: NDArray[np.int_], columns: NDArray[np.int_], a: Point, b: Point) -> NDArray[np.float64]:
    """Return the squared distance in pixels from the segment between `a` and `b`, `rows` (H, 1), `columns` (W,)."""
    way = b - a
    y, x = rows - a[0], columns - a[1]
    along = np.clip((y * way[0] + x * way[1]) / max(way @ way, np.finfo(np.float64).tiny), 0, 1)
    squared: NDArray[np.float64] = (y - along * way[0]) ** 2 + (x - along * way[1]) ** 2
    return squared

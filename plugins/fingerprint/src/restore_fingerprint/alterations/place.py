"""Where on a print an alteration lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.alterations.grey import foreground, scale_of


def draw_place(
    image: NDArray[np.float32], rng: np.random.Generator, *, reach: tuple[float, float]
) -> tuple[float, float]:
    """Return a centre (row, column) in pixels, such that what reaches `reach` rows and columns around it fits.

    Drawn around the middle of where the finger touches, an eighth of the print's size to either side.
    """
    height, width = image.shape[:2]
    inside = foreground(image, 9 * scale_of(image))
    rows, columns = np.nonzero(inside) if inside.any() else np.nonzero(np.ones((height, width), bool))
    middle = (float(rows.mean()), float(columns.mean()))
    spread = (max(float(rows.std()) / 2, 0.5), max(float(columns.std()) / 2, 0.5))
    drawn = rng.normal(middle, spread)
    low = np.minimum(reach, np.array([height - 1, width - 1]) / 2)
    placed = np.clip(drawn, low, np.array([height - 1, width - 1]) - low)
    return float(placed[0]), float(placed[1])

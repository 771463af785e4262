"""Straight scratches."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from restore.api import Damaged


def scratch(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    count: Annotated[int, Field(ge=1, le=100, description="number of scratches")] = 3,
    width: Annotated[float, Field(ge=1, description="width in pixels")] = 2.0,
    smooth: Annotated[bool, Field(description="antialias the edges")] = True,
) -> Damaged:
    """Draw white lines across `image`, float32 (H, W, C) in [0, 1], each through two random points."""
    height, breadth = image.shape[:2]
    points = rng.uniform(0, (height, breadth), size=(count, 2, 2))
    y, x = np.mgrid[:height, :breadth]
    cover = np.zeros((height, breadth))
    for (top, left), (bottom, right) in points:
        across = (bottom - top) * (x - left) - (right - left) * (y - top)
        distance = np.abs(across) / np.hypot(bottom - top, right - left)
        edge = width / 2 - distance
        cover = np.maximum(cover, np.clip(edge + 0.5, 0, 1) if smooth else edge >= 0)
    damaged = image + cover[..., None] * (1 - image)
    return Damaged(np.clip(damaged, 0, 1).astype(np.float32), cover > 0, {"points": points.tolist()})

"""The black box: squares of an image, lost completely."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Damaged, RequestError


def box(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    size: Annotated[int, Field(ge=1, description="side of a square in pixels")] = 28,
    count: Annotated[int, Field(ge=1, le=1000, description="number of squares; they may overlap")] = 1,
    fill: Annotated[float, Field(ge=0, le=1, description="grey value of the squares, 0 is black")] = 0.0,
) -> Damaged:
    """Paint `count` squares of side `size` over an image, each at a random position inside it.

    `image`: float32 (H, W, C) in [0, 1]. Positions are uniformly distributed. The mask is true inside the squares.
    `truth["boxes"]`: [top, left, height, width] of each, in pixels. Raises `RequestError` where a square is larger than
    the image.
    """
    height, width = image.shape[:2]
    if size > min(height, width):
        raise RequestError(
            f"a box of {size}x{size} pixels does not fit into an image of {height}x{width}",
            code="box-too-large",
            where=f"option size={size} of corruption box",
            hint=f"choose size={min(height, width)} or smaller",
        )
    tops = rng.integers(height - size, size=count, endpoint=True).tolist()
    lefts = rng.integers(width - size, size=count, endpoint=True).tolist()
    damaged = image.copy()
    mask = np.zeros((height, width), bool)
    for top, left in zip(tops, lefts, strict=True):
        square = np.s_[top : top + size, left : left + size]
        damaged[square] = fill
        mask[square] = True
    return Damaged(damaged, mask, {"boxes": [[top, left, size, size] for top, left in zip(tops, lefts, strict=True)]})

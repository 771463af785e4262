"""Which restorer a window takes, where there are several: a small network does one task better than all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore.builtin.models.find_restore.networks import LEAST_PLAIN
from restore.builtin.models.find_restore.paint import is_paint

THROUGH, HOLES, EVERYWHERE = EXPERTS = ("restorer", "holes", "everywhere")
"""Restorers of damage that something shows through, of holes of one colour, and of windows in which something shows and next
to nothing is undamaged."""


def expert_of(window: NDArray[np.float32]) -> str:
    """Return the restorer of a window (H, W, C + 1), the image, values in [0, 1], and what is marked in it."""
    marked = window[..., -1] > 0
    if is_paint(window[..., :-1][marked]):
        return HOLES
    return EVERYWHERE if (~marked).mean() < LEAST_PLAIN else THROUGH

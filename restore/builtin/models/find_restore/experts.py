"""Which restorer a window takes, where there are several: a small network does one task better than all of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from restore.builtin.models.find_restore.networks import LEAST_PLAIN
from restore.builtin.models.find_restore.paint import is_paint

THROUGH, FINE, COARSE, EVERYWHERE = EXPERTS = ("restorer", "fine", "coarse", "everywhere")
"""Restorers of damage that something shows through, of holes of one colour in fine and in coarse detail, and of windows in
which next to nothing is undamaged and something shows."""
PERIOD = 6.5
"""Pixels a period below which detail is fine: between the ridges of small and of full prints."""


def expert_of(window: NDArray[np.float32]) -> str:
    """Return the restorer of a window (H, W, C + 1), the image, values in [0, 1], and what is marked in it."""
    marked = window[..., -1] > 0
    if is_paint(window[..., :-1][marked]):
        return FINE if period(window[..., :-1], ~marked) < PERIOD else COARSE
    return EVERYWHERE if (~marked).mean() < LEAST_PLAIN else THROUGH


def period(image: NDArray[np.float32], plain: NDArray[np.bool_]) -> float:
    """Return the mean period of the detail of an image (H, W, C), any values, in pixels, where it is plain, bool (H, W).

    That of the root mean square frequency, which is the deviation of the gradient over that of the image (Rice 1944, Bell
    System Technical Journal 23, 282-332); infinite where nothing changes.
    """
    values = image.astype(np.float64)
    squares = [
        np.square(np.diff(values, axis=axis))[both].sum() / max(1, both.sum())
        for axis, both in enumerate((plain[1:] & plain[:-1], plain[:, 1:] & plain[:, :-1]))
    ]
    steep = sum(squares)
    return 2 * math.pi * math.sqrt(values[plain].var(axis=0).sum() / steep) if steep else math.inf

"""Which minutia of one print is which of another, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from restore_fingerprint.minutiae.values import Minutiae

DISTANCE = 12.0
"""Pixels at 500 dpi, 1.3 ridges: as far as an extractor puts the same minutia elsewhere."""
ANGLE = 25.0
"""Degrees between the directions of the same minutia."""
MOVED = 2.0
"""A minutia without a partner whose like is found within so many times distance and angle was moved, not lost."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What became of the minutiae of a print; `before` has M, `after` K of them.

    `kept`, `moved`: int (P, 2), places of partners in `before` and `after`. `lost`: int, places in `before`, and
    `invented`: int, places in `after`, without any partner. Kept, moved and lost are M in number; kept, moved and
    invented are K.
    """

    kept: NDArray[np.intp]
    moved: NDArray[np.intp]
    lost: NDArray[np.intp]
    invented: NDArray[np.intp]


def pair(before: Minutiae, after: Minutiae, *, distance: float, angle: float) -> NDArray[np.intp]:
    """Return partners one to one, int (P, 2): places in `before` and in `after`, rising in the first.

    Partners are at most `distance` pixels and `angle` degrees apart; there are as many as there can be, and among
    those the nearest, by distance and angle as shares of what is allowed. Kinds may differ: an ending that touches a
    ridge is a bifurcation. Source: Munkres' assignment, Kuhn 1955, Naval Research Logistics Quarterly 2, by SciPy.
    """
    apart = np.hypot(before.x[:, None] - after.x, before.y[:, None] - after.y) / distance
    turn = np.abs(np.mod(before.direction[:, None] - after.direction + np.pi, 2 * np.pi) - np.pi) / np.radians(angle)
    allowed = (apart <= 1) & (turn <= 1)
    # A pair that is not allowed costs more than any choice of allowed ones.
    never = 2.0 * min(allowed.shape) + 1
    rows, columns = linear_sum_assignment(np.where(allowed, apart + turn, never))
    good = allowed[rows, columns]
    return np.stack([rows[good], columns[good]], axis=1)


def ledger(before: Minutiae, after: Minutiae, *, distance: float = DISTANCE, angle: float = ANGLE) -> Ledger:
    """Return what became of the minutiae `before` in `after`.

    Kept: a partner within `distance`, pixels at 500 dpi, and `angle`, degrees. Moved: of those left, a partner within
    twice both. Lost and invented: the rest.
    """
    pixels = distance * before.dpi / 500
    kept = pair(before, after, distance=pixels, angle=angle)
    left = np.setdiff1d(np.arange(len(before)), kept[:, 0])
    new = np.setdiff1d(np.arange(len(after)), kept[:, 1])
    again = pair(before[left], after[new], distance=MOVED * pixels, angle=MOVED * angle)
    moved = np.stack([left[again[:, 0]], new[again[:, 1]]], axis=1)
    return Ledger(kept, moved, np.setdiff1d(left, moved[:, 0]), np.setdiff1d(new, moved[:, 1]))

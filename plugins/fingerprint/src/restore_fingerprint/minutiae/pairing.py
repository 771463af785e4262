"""Pairing of the minutiae of two aligned prints, and the ledger of kept, moved, lost and invented ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from restore_fingerprint.minutiae.values import Minutiae

DISTANCE = 12.0
"""Pixels at 500 dpi, 1.3 ridge periods: the positional tolerance of an extractor."""
ANGLE = 25.0
"""Tolerance of the direction in degrees."""
MOVED = 2.0
"""An unpaired minutia with a partner within so many times both tolerances is moved, not lost."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The correspondence of the M minutiae of a print `before` and the K `after` damage or restoration.

    `kept`, `moved`: int (P, 2), indices of partners in `before` and `after`. `lost`, `invented`: int, indices of
    unpaired (missing, spurious) minutiae in `before` and in `after`. Kept, moved and lost add up to M; kept, moved and
    invented to K.
    """

    kept: NDArray[np.intp]
    moved: NDArray[np.intp]
    lost: NDArray[np.intp]
    invented: NDArray[np.intp]


def pair(before: Minutiae, after: Minutiae, *, distance: float, angle: float) -> NDArray[np.intp]:
    """Return one-to-one partners, int (P, 2): indices in `before` and in `after`, ascending in the first.

    Partners differ by at most `distance` pixels and `angle` degrees. The number of pairs is maximised, then the sum of
    their differences, relative to the tolerances, is minimised. Kinds may differ: an ending that touches a ridge is a
    bifurcation. Source: linear sum assignment, Kuhn 1955, Naval Research Logistics Quarterly 2, by SciPy.
    """
    apart = np.hypot(before.x[:, None] - after.x, before.y[:, None] - after.y) / distance
    turn = np.abs(np.mod(before.direction[:, None] - after.direction + np.pi, 2 * np.pi) - np.pi) / np.radians(angle)
    allowed = (apart <= 1) & (turn <= 1)
    # A forbidden pair costs more than any set of allowed ones.
    never = 2.0 * min(allowed.shape) + 1
    rows, columns = linear_sum_assignment(np.where(allowed, apart + turn, never))
    good = allowed[rows, columns]
    return np.stack([rows[good], columns[good]], axis=1)


def ledger(before: Minutiae, after: Minutiae, *, distance: float = DISTANCE, angle: float = ANGLE) -> Ledger:
    """Return the ledger of the minutiae `before` and `after`.

    Kept: paired within `distance`, pixels at 500 dpi, and `angle`, degrees. Moved: the remaining ones that are paired
    within twice both. Lost and invented: the rest.
    """
    pixels = distance * before.dpi / 500
    kept = pair(before, after, distance=pixels, angle=angle)
    left = np.setdiff1d(np.arange(len(before)), kept[:, 0])
    new = np.setdiff1d(np.arange(len(after)), kept[:, 1])
    again = pair(before[left], after[new], distance=MOVED * pixels, angle=MOVED * angle)
    moved = np.stack([left[again[:, 0]], new[again[:, 1]]], axis=1)
    return Ledger(kept, moved, np.setdiff1d(left, moved[:, 0]), np.setdiff1d(new, moved[:, 1]))

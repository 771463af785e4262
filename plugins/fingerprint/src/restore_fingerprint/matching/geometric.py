"""The geometric matcher: the rotation and translation that align the most minutiae of two prints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae.values import Minutiae

Floats = NDArray[np.float32]

DISTANCE = 10.0
"""Positional tolerance in pixels at 500 dpi: a little over a ridge period, to allow for skin distortion."""
ANGLE = 20.0
"""Tolerance of the direction in degrees."""
FEWEST = 5
"""Minimum number of minutiae of a comparable print: two or three match any finger. MCC needs as many per cylinder."""
HELD = 500_000
"""Maximum number of distances in memory."""


def overlap(probe: Minutiae, gallery: Minutiae) -> float:
    """Return the number of paired minutiae over that of the smaller print, 0 to 1.

    Every minutia of one print is aligned with every minutia of the other, in position and direction, and the best
    alignment counts. A partner is the nearest minutia within 10 pixels and 20 degrees, counted once. 0 where a print
    has fewer than 5. Both prints are at 500 dpi. Equal to the matcher `geometric` of afis except that afis tries 250
    alignments at random. Source: alignment by a pair of minutiae, Maltoni, Maio, Jain and Feng, Handbook of Fingerprint
    Recognition, chapter 4.
    """
    if min(len(probe), len(gallery)) < FEWEST:
        return 0.0
    one, other = _Points.of(probe), _Points.of(gallery)
    # Alignments are tried in blocks that fit into the processor's cache.
    step = max(1, HELD // (len(probe) * len(gallery) ** 2))
    most = max(_partners(one, other, start, start + step) for start in range(0, len(probe), step))
    return most / min(len(probe), len(gallery))


@dataclass(frozen=True, slots=True)
class _Points:
    """Minutiae with y upward, so that rotations are counter-clockwise like directions: float32 (M,) each."""

    x: Floats
    y: Floats
    direction: Floats

    @classmethod
    def of(cls, minutiae: Minutiae) -> _Points:
        """Return the points of minutiae."""
        return cls(*(a.astype(np.float32) for a in (minutiae.x, -minutiae.y, minutiae.direction)))


def _partners(one: _Points, other: _Points, start: int, stop: int) -> int:
    """Return the maximum number of pairs when minutia i of `one`, start <= i < stop, is aligned with any of `other`."""
    # Axes: i, the minutia it is aligned with, all of `one`, all of `other`.
    turn = (other.direction - one.direction[start:stop, np.newaxis])[:, :, np.newaxis]
    away_x, away_y = (v - v[start:stop, np.newaxis, np.newaxis] for v in (one.x, one.y))
    x = np.cos(turn) * away_x - np.sin(turn) * away_y + other.x[:, np.newaxis]
    y = np.sin(turn) * away_x + np.cos(turn) * away_y + other.y[:, np.newaxis]
    apart = (x[..., np.newaxis] - other.x) ** 2 + (y[..., np.newaxis] - other.y) ** 2
    nearest = np.argmin(apart, axis=-1)
    close = np.take_along_axis(apart, nearest[..., np.newaxis], axis=-1)[..., 0] <= DISTANCE**2
    bend = np.mod(one.direction + turn - other.direction[nearest] + np.pi, 2 * np.pi) - np.pi
    close &= np.abs(bend) <= np.radians(ANGLE)
    # One to one: each minutia of `other` is counted once.
    found = np.zeros((*close.shape[:2], len(other.x)), np.bool_)
    row, column, _ = np.nonzero(close)
    found[row, column, nearest[close]] = True
    return int(found.sum(axis=-1).max())

"""Skeletons, lines one pixel wide: their ends, forks and artefacts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

_RING = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
"""Row and column offsets of the eight neighbours, in order around a pixel."""
_EIGHT = np.ones((3, 3), bool)

Lines = NDArray[np.bool_]


def crossings(lines: Lines) -> NDArray[np.uint8]:
    """Return the crossing number of each skeleton pixel, uint8 (H, W), 0 elsewhere: 1 at an end, 3 or 4 at a fork.

    `lines`: bool (H, W). Source: Rutovitz, Pattern recognition, J. Royal Statistical Society A 129(4), 1966.
    """
    padded = np.pad(lines, 1)
    height, width = lines.shape
    ring = np.stack([padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] for dy, dx in _RING])
    entries = np.count_nonzero(ring & ~np.roll(ring, 1, axis=0), axis=0)
    return np.where(lines, entries, 0).astype(np.uint8)


def prune(lines: Lines, shortest: float) -> Lines:
    """Return a skeleton, bool (H, W), without segments that have a free end and fewer than `shortest` pixels.

    `lines`: bool (H, W). Removes spurs and islands; a ridge without its spur is a single line again.
    """
    segments, size, forks, ends = _segments(lines)
    free = np.bincount(segments[ends], minlength=len(size)) > 0
    # The pixels of a fork are missing from its branches: about two from each.
    at_fork = _touching(segments, forks, len(size))
    small = free & (size + 2 * at_fork < shortest)
    small[0] = False
    left = lines & ~small[segments]
    number = crossings(left)
    # The pixel that attached a spur to its ridge.
    stubs = (number == 1) & ndimage.binary_dilation(number >= 3, _EIGHT)
    return np.asarray(left & ~stubs, bool)


def false_forks(lines: Lines, shortest: float) -> Lines:
    """Return the skeleton pixels, bool (H, W), around forks connected by a segment of fewer than `shortest` pixels.

    `lines`: bool (H, W). Such bridges between two ridges, and such eyes within one ridge, are mostly pores and dirt.
    """
    segments, size, forks, _ = _segments(lines)
    joined, count = ndimage.label(forks, _EIGHT)
    near = ndimage.grey_dilation(joined, footprint=_EIGHT)
    # All pairs of a segment and a fork that touch.
    touch = (segments > 0) & (near > 0)
    pairs = np.unique(np.stack([segments[touch], near[touch]]), axis=1)
    degree = np.bincount(pairs[0], minlength=len(size))
    short = (degree >= 2) & (size + 2 < shortest)
    wrong = np.zeros(count + 1, bool)
    wrong[pairs[1][short[pairs[0]]]] = True
    wrong[0] = False
    return np.asarray(wrong[joined], bool)


def _segments(lines: Lines) -> tuple[NDArray[np.int32], NDArray[np.int64], Lines, Lines]:
    """Return the segments between forks as labels (H, W), their sizes by label, and the pixels of forks and of ends."""
    number = crossings(lines)
    forks = ndimage.binary_dilation(number >= 3, _EIGHT) & lines
    segments, count = ndimage.label(lines & ~forks, _EIGHT)
    return segments, np.bincount(segments.ravel(), minlength=count + 1), forks, number == 1


def _touching(segments: NDArray[np.int32], forks: Lines, count: int) -> NDArray[np.bool_]:
    near = ndimage.binary_dilation(forks, _EIGHT)
    return np.asarray(np.bincount(segments[near], minlength=count) > 0)

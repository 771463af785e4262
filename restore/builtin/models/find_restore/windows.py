"""Windows of an image: planned by the extent of the damage, cut, and blended where they overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

MARGIN = 16
"""Pixels of a window around the damage, at least: ridges continue for about 8 into a hole, and start as far outside."""
STEP = 16
"""Sides of windows are multiples of this, a multiple of the restorer's stride: windows of one shape are restored
together."""
LIMIT = 128
"""The longest side of a window; larger damage is restored in several that overlap by twice the margin."""
CELL = 8
"""Damage is grouped in cells of this side."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of an image, in pixels; beyond the image's edges, its edge is repeated."""

    top: int
    left: int
    height: int
    width: int

    def cut(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return this part of `array` (H, W, ...)."""
        height, width = array.shape[:2]
        if self.top + self.height <= height and self.left + self.width <= width:
            return array[self.top : self.top + self.height, self.left : self.left + self.width]
        rows, columns = self.top + np.arange(self.height), self.left + np.arange(self.width)
        return array[np.clip(rows, 0, height - 1)[:, None], np.clip(columns, 0, width - 1)]

    def within(self, extent: tuple[slice, slice]) -> tuple[slice, slice]:
        """Return the pixels of an extent, counted from its corner, that lie in this window."""
        rows, columns = extent
        return (
            slice(max(0, self.top - rows.start), max(0, self.top + self.height - rows.start)),
            slice(max(0, self.left - columns.start), max(0, self.left + self.width - columns.start)),
        )

    def inner(self, shape: tuple[int, ...]) -> tuple[slice, slice]:
        """Return the pixels of an image of `shape` (H, W) that have a margin, or its edge, on every side in this window."""
        spans = (self.top, self.height, shape[0]), (self.left, self.width, shape[1])
        rows, columns = (
            slice(start + MARGIN if start else 0, min(side, start + length - (MARGIN if start + length < side else 0)))
            for start, length, side in spans
        )
        return rows, columns


@dataclass(frozen=True, slots=True)
class Group:
    """Damage close together: where it lies, as the rows and columns of its extent, and the windows that hold it.

    `mask`: which pixels of the extent are damaged, bool (height, width).
    """

    rows: slice
    columns: slice
    mask: NDArray[np.bool_]
    windows: Sequence[Window]


def plan(mask: NDArray[np.bool_]) -> Iterator[Group]:
    """Yield the damage of a mask, bool (H, W), in groups, each with windows that hold it with its margin."""
    if not mask.any():
        return
    near = ndimage.binary_dilation(_cells(mask), np.ones((5, 5)))
    groups = ndimage.label(near, np.ones((3, 3)))[0]
    for number, cells in enumerate(ndimage.find_objects(groups), start=1):
        top, left = (one.start * CELL for one in cells)
        part = mask[top : cells[0].stop * CELL, left : cells[1].stop * CELL]
        ours = (groups[cells] == number).repeat(CELL, 0).repeat(CELL, 1)[: part.shape[0], : part.shape[1]] & part
        inner = _extent(ours)
        rows, columns = (
            slice(one.start + start, one.stop + start) for one, start in zip(inner, (top, left), strict=True)
        )
        yield Group(rows, columns, ours[inner], _windows((rows, columns), ours[inner], mask.shape))


def _extent(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns between which all damage of a mask lies."""
    lines = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    rows, columns = (slice(int(one[0]), int(one[-1]) + 1) for one in lines)
    return rows, columns


def _windows(extent: tuple[slice, slice], mask: NDArray[np.bool_], shape: tuple[int, ...]) -> list[Window]:
    """Return windows that hold the damage of an extent in an image of `shape` (H, W), without those that hold none."""
    rows, columns = (_spans(one.start, one.stop, side) for one, side in zip(extent, shape, strict=True))
    found = [Window(top, left, tall, wide) for top, tall in rows for left, wide in columns]
    return [one for one in found if len(found) == 1 or mask[one.within(extent)].any()]


def _cells(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells hold damage."""
    lacking = [-side % CELL for side in mask.shape]
    padded = np.pad(mask, [(0, after) for after in lacking]) if any(lacking) else mask
    rows, columns = (side // CELL for side in padded.shape)
    return np.asarray(padded.reshape(rows, CELL, columns, CELL).any(axis=(1, 3)))


def _spans(start: int, stop: int, side: int) -> list[tuple[int, int]]:
    """Return starts and lengths of the windows along an axis of `side` pixels for damage from `start` to `stop`."""
    length = min(_up(stop - start + 2 * MARGIN), _up(side))
    first = max(0, min((start + stop - length) // 2, side - length))
    if length <= LIMIT:
        return [(first, length)]
    count = -(-(length - 2 * MARGIN) // (LIMIT - 2 * MARGIN))
    return [(first + round(i * (length - LIMIT) / (count - 1)), LIMIT) for i in range(count)]


def _up(length: int) -> int:
    return -(-length // STEP) * STEP


class Blend:
    """The weighted mean of what windows hold at the pixels of a group; weights fall towards the rim of a window."""

    def __init__(self, group: Group, channels: int) -> None:
        """Begin with no window."""
        self.group = group
        self._pixels = np.flatnonzero(group.mask)  # the damage alone, as an extent may be that of a whole photograph
        self._total = np.zeros((len(self._pixels), channels), np.float32)
        self._weight = np.zeros((len(self._pixels), 1), np.float32)

    def add(self, window: Window, values: NDArray[np.float32]) -> None:
        """Add what a window of H rows and W columns holds, float32 (H, W, C), any values."""
        rows, columns = self.group.rows, self.group.columns
        inside = window.within((rows, columns))
        ours = self.group.mask[inside]
        top, left = max(0, rows.start - window.top), max(0, columns.start - window.left)
        inner = np.s_[top : top + ours.shape[0], left : left + ours.shape[1]]
        weight = _weights(window.height, window.width)[inner][ours][:, None]
        at = self._places(inside, ours)
        self._total[at] += weight * values[inner][ours]
        self._weight[at] += weight

    def _places(self, inside: tuple[slice, slice], ours: NDArray[np.bool_]) -> Any:
        """Return which pixels of the group lie in a part of its extent."""
        if len(self.group.windows) == 1:
            return slice(None)
        rows, columns = ours.nonzero()
        width = self.group.mask.shape[1]
        return np.searchsorted(self._pixels, (inside[0].start + rows) * width + inside[1].start + columns)

    def finish(self) -> NDArray[np.float32]:
        """Return the mean at the K pixels of the group, (K, C), in the place of the sum; every one is in some window."""
        return np.divide(self._total, self._weight, out=self._total)


@lru_cache(maxsize=32)
def _weights(height: int, width: int) -> NDArray[np.float32]:
    """Return the weight of each pixel of a window, which falls towards its rim."""
    weights: NDArray[np.float32] = _ramp(height)[:, None] * _ramp(width)
    return weights


def _ramp(length: int) -> NDArray[np.float32]:
    steps = np.arange(1, length + 1)
    return (np.minimum(np.minimum(steps, steps[::-1]), MARGIN) / MARGIN).astype(np.float32)

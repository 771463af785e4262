"""Windows of an image: planned by the extent of the damage, cut, and blended where they overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
        rows, columns = self.top + np.arange(self.height), self.left + np.arange(self.width)
        height, width = array.shape[:2]
        return array[np.clip(rows, 0, height - 1)[:, None], np.clip(columns, 0, width - 1)]

    def within(self, extent: tuple[slice, slice]) -> tuple[slice, slice]:
        """Return the pixels of an extent, counted from its corner, that lie in this window."""
        rows, columns = extent
        return (
            slice(max(0, self.top - rows.start), max(0, self.top + self.height - rows.start)),
            slice(max(0, self.left - columns.start), max(0, self.left + self.width - columns.start)),
        )


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
    height, width = mask.shape
    labels = groups.repeat(CELL, 0).repeat(CELL, 1)[:height, :width]
    labels *= mask
    for number, extent in enumerate(ndimage.find_objects(labels), start=1):
        if extent is not None:
            ours = labels[extent] == number
            rows, columns = extent
            yield Group(rows, columns, ours, _windows(extent, ours, mask.shape))


def _windows(extent: tuple[slice, slice], mask: NDArray[np.bool_], shape: tuple[int, ...]) -> list[Window]:
    """Return windows that hold the damage of an extent in an image of `shape` (H, W), without those that hold none."""
    rows, columns = (_spans(one.start, one.stop, side) for one, side in zip(extent, shape, strict=True))
    found = [Window(top, left, tall, wide) for top, tall in rows for left, wide in columns]
    return [one for one in found if len(found) == 1 or mask[one.within(extent)].any()]


def _cells(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells hold damage."""
    padded = np.pad(mask, [(0, -side % CELL) for side in mask.shape])
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
    """The weighted mean of what windows hold within an extent; weights fall towards the rim of a window."""

    def __init__(self, extent: tuple[slice, slice], channels: int) -> None:
        """Begin with no window on an extent of this many rows and columns."""
        rows, columns = self.extent = extent
        self.total = np.zeros((rows.stop - rows.start, columns.stop - columns.start, channels), np.float32)
        self.weight = np.zeros((*self.total.shape[:2], 1), np.float32)

    def add(self, window: Window, values: NDArray[np.float32]) -> None:
        """Add what a window of H rows and W columns holds, float32 (H, W, C), any values."""
        inside = window.within(self.extent)
        rows, columns = self.extent
        top, left = max(0, rows.start - window.top), max(0, columns.start - window.left)
        height, width = self.weight[inside].shape[:2]
        inner = np.s_[top : top + height, left : left + width]
        weight = (_ramp(window.height)[:, None] * _ramp(window.width))[inner][..., None]
        self.total[inside] += weight * values[inner]
        self.weight[inside] += weight

    def finish(self) -> NDArray[np.float32]:
        """Return the mean (height, width, C), 0 where there is no window, in the place of the sum."""
        return np.divide(self.total, self.weight, out=self.total, where=self.weight > 0)


def _ramp(length: int) -> NDArray[np.float32]:
    steps = np.arange(1, length + 1)
    return (np.minimum(np.minimum(steps, steps[::-1]), MARGIN) / MARGIN).astype(np.float32)

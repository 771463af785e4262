"""Finding the constant borders that a scanner or a screenshot left around every image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.values import Images

MOST = 6
"""Most lines removed at a side: a frame is thin, and wider borders may be background."""
ENOUGH = 8
"""Images of a size needed to distinguish a frame from chance."""

Lines = TypeVar("Lines", bound="NDArray[Any]")
Shape = tuple[int, int, int]
Margins = tuple[int, int, int, int]
"""Lines to remove at the top, bottom, left and right."""


class Frames:
    """Collects from images, one by one, which border lines are constant; alpha counts as a channel.

    A line belongs to the frame where it is equal in every image of a shape. Background that happens to be blank in all
    of them is distinguished by the next line: background continues into the image, a frame ends.
    """

    def __init__(self) -> None:
        """Start without images."""
        self._seen: dict[Shape, _Seen] = {}

    def add(self, image: Images) -> None:
        """Add one image, float32 (H, W, C) in [0, 1]."""
        shape = image.shape
        if shape not in self._seen:
            self._seen[shape] = _Seen(image)
        self._seen[shape].add(image)

    def margins(self) -> dict[Shape, Margins]:
        """Return the frame of every shape that has one."""
        found = {shape: seen.margins() for shape, seen in self._seen.items()}
        return {shape: margins for shape, margins in found.items() if any(margins)}


def cut(image: Lines, margins: Margins) -> Lines:
    """Return an array (H, W, ...) without its margins."""
    top, bottom, left, right = margins
    return cast("Lines", image[top : image.shape[0] - bottom, left : image.shape[1] - right])


class _Seen:
    """Statistics of the borders of the images of one shape."""

    def __init__(self, first: Images) -> None:
        self.first, self.count, self.varies = first.copy(), 0, False
        self.steady = [np.ones(len(lines), np.bool_) for lines in _sides(first)]
        self.alike = [np.zeros(len(lines) - 1) for lines in _sides(first)]

    def add(self, image: Images) -> None:
        """Count one more image."""
        self.count += 1
        self.varies = self.varies or not np.array_equal(image, self.first)
        for side, (lines, first) in enumerate(zip(_sides(image), _sides(self.first), strict=True)):
            self.steady[side] &= (lines == first).all(axis=(1, 2))
            self.alike[side] += (lines[1:] == lines[:-1]).all(axis=2).mean(axis=1)

    def margins(self) -> Margins:
        """Return the lines to remove at each side."""
        if self.count < ENOUGH or not self.varies:
            return 0, 0, 0, 0
        top, bottom, left, right = (
            self._margin(steady, alike) for steady, alike in zip(self.steady, self.alike, strict=True)
        )
        return top, bottom, left, right

    def _margin(self, steady: NDArray[np.bool_], alike: NDArray[np.float64]) -> int:
        """Return the lines to remove at one side."""
        if steady.all():
            return len(steady) - 1
        margin = int(np.argmin(steady))
        while margin and alike[margin - 1] > self.count / 2:  # mostly equal to the next line inside
            margin -= 1
        return margin


def _sides(image: Images) -> list[Images]:
    """Return the outer lines of each side, from the outside in, one more than can be removed."""
    across = image.swapaxes(0, 1)
    return [lines[: min(MOST, (len(lines) - 1) // 2) + 1] for lines in (image, image[::-1], across, across[::-1])]

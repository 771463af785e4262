"""Finding the frame that a scanner or a screenshot left around every picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from restore.plugins.values import Images

MOST = 6
"""Lines that are taken off at a side, at most: a frame is thin, and what is wider may be a picture's background."""
ENOUGH = 8
"""Pictures of a size from which a frame is told apart from chance."""

Lines = TypeVar("Lines", bound="NDArray[Any]")
Shape = tuple[int, int, int]
Margins = tuple[int, int, int, int]
"""Lines to take off at the top, bottom, left and right."""


class Frames:
    """Learns from pictures, one by one, which border lines never change; alpha counts as a channel.

    A line belongs to the frame when it is the same in every picture of a shape. Background that happens to be blank
    in all of them is told apart by what comes next: it goes on into the picture, where a frame ends.
    """

    def __init__(self) -> None:
        """Begin without any picture."""
        self._seen: dict[Shape, _Seen] = {}

    def add(self, image: Images) -> None:
        """Learn from one image, float32 (H, W, C) in [0, 1]."""
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
    """What was seen at the borders of the pictures of one shape."""

    def __init__(self, first: Images) -> None:
        self.first, self.count, self.varies = first.copy(), 0, False
        self.steady = [np.ones(len(lines), np.bool_) for lines in _sides(first)]
        self.alike = [np.zeros(len(lines) - 1) for lines in _sides(first)]

    def add(self, image: Images) -> None:
        """Count one more picture."""
        self.count += 1
        self.varies = self.varies or not np.array_equal(image, self.first)
        for side, (lines, first) in enumerate(zip(_sides(image), _sides(self.first), strict=True)):
            self.steady[side] &= (lines == first).all(axis=(1, 2))
            self.alike[side] += (lines[1:] == lines[:-1]).all(axis=2).mean(axis=1)

    def margins(self) -> Margins:
        """Return the lines to take off at each side."""
        if self.count < ENOUGH or not self.varies:
            return 0, 0, 0, 0
        top, bottom, left, right = (
            self._margin(steady, alike) for steady, alike in zip(self.steady, self.alike, strict=True)
        )
        return top, bottom, left, right

    def _margin(self, steady: NDArray[np.bool_], alike: NDArray[np.float64]) -> int:
        """Return the lines to take off at one side."""
        if steady.all():
            return len(steady) - 1
        margin = int(np.argmin(steady))
        while margin and alike[margin - 1] > self.count / 2:  # mostly the same as the next line inside
            margin -= 1
        return margin


def _sides(image: Images) -> list[Images]:
    """Return the outer lines of each side, from the outside in, one more than can be taken off."""
    across = image.swapaxes(0, 1)
    return [lines[: min(MOST, (len(lines) - 1) // 2) + 1] for lines in (image, image[::-1], across, across[::-1])]

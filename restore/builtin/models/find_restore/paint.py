"""Damage of one colour: paint, tape, a black box. It ends where the colour ends, which is seen better than predicted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

SAME = 0.02
"""Difference to the colour of the damage up to which a pixel has that colour: five levels of 8 bits."""
MOSTLY = 0.75
"""Share of what is found in one place that has to be of one colour."""
REACH = 2
"""Pixels beyond what is found in which paint is looked for."""
BRUSH = np.ones((7, 7), np.bool_)
"""Paint is at least as broad, in pixels: dark ridges that touch a black box are thinner."""
MANY = 4096
"""Pixels by which a colour is known; what is found may be a whole photograph."""
AROUND = np.ones((3, 3), np.bool_)


def to_its_edge(
    image: NDArray[np.float32],
    places: NDArray[np.int32],
    possible: NDArray[np.bool_],
    sure: NDArray[np.bool_],
    doubted: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return where an image (H, W, C), values in [0, 1], is damaged, bool (H, W), given where damage was found.

    `places`: int32 (H, W), the number of the place that a pixel belongs to, 0 for none. `possible`: bool (H, W), where
    there may be damage. `sure`, `doubted`: bool, for each number. What was found of paint is continued to its edge, and what lies more than a pixel beyond that, where colours
    mix, is left out. Other damage stays as it was found where that is sure.
    """
    damaged = sure[places]
    extents = ndimage.find_objects(places)
    large = np.bincount(places.ravel(), minlength=len(sure)) >= BRUSH.size
    for number in np.flatnonzero((sure | doubted) & large):
        near = tuple(slice(max(0, one.start - REACH), one.stop + REACH) for one in extents[number - 1])
        ours = places[near] == number
        paint = _paint(image[near], ours, possible[near])
        if paint.any():
            damaged[near][ours] = False
            damaged[near] |= paint | (ours & ndimage.binary_dilation(paint, AROUND))
    return damaged


def is_paint(pixels: NDArray[np.float32]) -> bool:
    """Return whether most of N pixels (N, C), values in [0, 1], have one colour; none have none."""
    return bool(len(pixels)) and bool(_same(pixels, np.median(pixels, axis=0)).mean() >= MOSTLY)


def _paint(image: NDArray[np.float32], ours: NDArray[np.bool_], possible: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the broad places that have the colour of most of `ours` and touch it."""
    pixels = np.flatnonzero(ours)
    some = image[np.unravel_index(pixels[:: 1 + len(pixels) // MANY], ours.shape)]
    colour = np.median(some, axis=0)
    if _same(some, colour).mean() < MOSTLY:
        return np.zeros_like(ours)
    near = _same(image, colour) & possible & ndimage.binary_dilation(ours, AROUND, REACH)
    touching = ndimage.binary_propagation(ours & near, AROUND, near)
    return np.asarray(ndimage.binary_opening(touching, BRUSH))


def _same(pixels: NDArray[np.float32], colour: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray((np.abs(pixels - colour) <= SAME).all(axis=-1))

"""Clothes drawn as Fashion-MNIST shows them: bright, on black, centred, one of ten classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

SIDE = 28
"""Height and width of an image in pixels."""
FINE = 4
"""Points a pixel and axis at which outlines are filled."""
CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
"""The names of the labels 0 to 9."""
Outline = Sequence[tuple[float, float]]
_TOP: Outline = ((0.5, 0.16), (0.6, 0.12), (0.74, 0.18), (0.92, 0.36), (0.8, 0.46), (0.7, 0.4), (0.7, 0.88), (0.5, 0.9))
_LONG: Outline = (
    *((0.5, 0.16), (0.6, 0.1), (0.74, 0.16), (0.86, 0.4), (0.92, 0.84)),
    *((0.8, 0.86), (0.71, 0.46), (0.7, 0.9), (0.5, 0.92)),
)
HALVES: Mapping[str, Outline] = MappingProxyType(
    {
        "T-shirt/top": _TOP,
        "Trouser": ((0.5, 0.06), (0.66, 0.06), (0.72, 0.5), (0.7, 0.95), (0.56, 0.95), (0.52, 0.34), (0.5, 0.32)),
        "Pullover": _LONG,
        "Dress": ((0.5, 0.1), (0.6, 0.06), (0.63, 0.36), (0.74, 0.94), (0.5, 0.96)),
        "Coat": tuple((x, y + 0.03 * (y > 0.5)) for x, y in _LONG),
        "Shirt": tuple((x * 0.94 + 0.03, y) for x, y in _LONG),
        "Bag": ((0.5, 0.42), (0.86, 0.4), (0.92, 0.86), (0.5, 0.88)),
    }
)
"""The right halves of outlines, (x, y) from the top left in [0, 1]; the left ones mirror them."""
SIDES: Mapping[str, Sequence[Outline]] = MappingProxyType(
    {
        "Sandal": (
            ((0.06, 0.72), (0.94, 0.6), (0.96, 0.68), (0.06, 0.8)),
            ((0.16, 0.7), (0.36, 0.5), (0.42, 0.54), (0.26, 0.72)),
            ((0.5, 0.66), (0.72, 0.4), (0.8, 0.44), (0.6, 0.68)),
        ),
        "Sneaker": (((0.06, 0.62), (0.3, 0.56), (0.54, 0.38), (0.9, 0.4), (0.95, 0.7), (0.08, 0.74)),),
        "Ankle boot": (((0.08, 0.68), (0.36, 0.52), (0.5, 0.14), (0.88, 0.12), (0.92, 0.84), (0.1, 0.86)),),
    }
)
"""Outlines of shoes, seen from the side."""


def draw(rng: np.random.Generator) -> tuple[NDArray[np.float32], str]:
    """Return an image, float32 (28, 28, 1) in [0, 1] in steps of 1/255, and the name of its class."""
    name = CLASSES[int(rng.integers(len(CLASSES)))]
    shape = np.zeros((SIDE * FINE, SIDE * FINE), np.bool_)
    stretch, shift = rng.normal(1, 0.06, 2), rng.normal(0, 0.012, 2)
    for outline in _outlines(name):
        points = (np.array(outline) + rng.normal(0, 0.012, (len(outline), 2)) - 0.5) * stretch + 0.5 + shift
        shape |= _filled(points)
    if name == "Bag" and rng.random() < 0.7:
        shape |= _handle(rng)
    cover = shape.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))
    grey = np.clip(cover * _cloth(rng), 0, 1)
    levels = np.rint(grey * 255).astype(np.float32)
    return (levels / np.float32(255))[..., np.newaxis], name


def _outlines(name: str) -> Sequence[Outline]:
    if name in SIDES:
        return SIDES[name]
    half = HALVES[name]
    return [[*half, *((1 - x, y) for x, y in reversed(half))]]


def _filled(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    from skimage.draw import polygon2mask

    side = SIDE * FINE
    mask: NDArray[np.bool_] = polygon2mask((side, side), points[:, ::-1] * side)  # type: ignore[no-untyped-call]
    return mask


def _handle(rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return the ring above a bag."""
    y, x = (np.mgrid[: SIDE * FINE, : SIDE * FINE] + 0.5) / (SIDE * FINE)
    distance = np.hypot((x - 0.5) / rng.uniform(0.2, 0.32), (y - 0.42) / rng.uniform(0.2, 0.3))
    ring: NDArray[np.bool_] = (np.abs(distance - 1) < rng.uniform(0.08, 0.18)) & (y < 0.45)
    return ring


def _cloth(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the grey values of a piece of cloth (28, 28): plain, shaded, striped or with a print."""
    from scipy.ndimage import gaussian_filter

    y, x = np.mgrid[:SIDE, :SIDE] / (SIDE - 1)
    grey = np.full((SIDE, SIDE), rng.uniform(0.3, 0.95))
    grey += rng.normal(0, 0.12) * (y - 0.5) + rng.normal(0, 0.1) * np.abs(x - 0.5)
    grey += 0.6 * gaussian_filter(rng.normal(0, 1, (SIDE, SIDE)), rng.uniform(0.6, 2.0)) * rng.uniform(0, 0.3)
    pattern = rng.random()
    if pattern < 0.25:
        along = x if rng.random() < 0.4 else y
        grey *= 1 - rng.uniform(0.2, 0.6) * (np.sin(2 * np.pi * rng.uniform(4, 9) * along + rng.uniform(0, 6)) > 0)
    elif pattern < 0.45:
        top, left = rng.uniform(0.3, 0.5, 2)
        grey[(y > top) & (y < top + 0.2) & (x > left) & (x < left + 0.2)] *= rng.uniform(0.2, 1.6)
    if rng.random() < 0.3:
        grey[:, SIDE // 2] *= rng.uniform(0.4, 0.8)
    clipped: NDArray[np.float64] = np.clip(grey, 0.05, 1)
    return clipped

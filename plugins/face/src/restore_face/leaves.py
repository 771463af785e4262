"""Dead leaves: images of shapes that hide each other, with the statistics of photographs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

FINER = 2
"""Images are drawn this many times larger, and reduced, so that edges are soft."""
COUNT = 160
"""Shapes in an image."""
SMALLEST, LARGEST = 0.035, 0.8
"""Radii of shapes, as a share of the image's longer side."""
CORNERS = (3, 9)
"""Corners of a shape, at least and below; half of the shapes are ellipses."""
GRAINS = (0.7, 2.0, 6.0)
"""Standard deviations in pixels, before reduction, of the noises that textures are made of."""


def draw_leaves(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw an image of H by W pixels, `size`, float32 (H, W, 3) in [0, 1].

    Ellipses and polygons of any direction lie over each other, each in a colour near one of a few, shaded along a line,
    and with a texture of noise or stripes. Radii r are distributed like r⁻³, which makes the image look alike at every
    scale (Lee, Mumford and Huang, Occlusion models for natural images, IJCV 41, 2001).
    """
    from PIL import Image, ImageDraw

    height, width = (FINER * side for side in size)
    longer = max(height, width)
    canvas = Image.new("I", (width, height))
    draw = ImageDraw.Draw(canvas)
    low, high = (share * longer for share in (SMALLEST, LARGEST))
    radii = (low**-2 - rng.random(COUNT) * (low**-2 - high**-2)) ** -0.5
    for number, radius in enumerate(np.sort(radii)[::-1] if rng.random() < 0.5 else radii, start=1):
        draw.polygon(_outline(radius, rng.uniform((-0.1, -0.1), (1.1, 1.1)) * (width, height), rng), fill=number)
    labels = np.asarray(canvas, np.intp)
    image = _colours(rng)[labels] + _shades(labels, rng)[..., np.newaxis]
    image += (_textures((height, width), rng) * rng.exponential(0.05, COUNT + 1)[labels])[..., np.newaxis]
    reduced = image.reshape(size[0], FINER, size[1], FINER, 3).mean(axis=(1, 3))
    blurred = ndimage.gaussian_filter(reduced, (*[rng.uniform(0, 1)] * 2, 0))
    light = np.float32(rng.uniform(0.6, 1.1))
    return np.asarray(np.clip(blurred * light, 0, 1), np.float32)


def _outline(radius: float, middle: NDArray[np.float64], rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return the corners (x, y) of an ellipse or a polygon, in pixels."""
    if rng.random() < 0.5:
        angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    else:
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(*CORNERS)))
    circle = radius * np.stack([np.cos(angles), np.sin(angles) * rng.uniform(0.3, 1)])
    turn = rng.uniform(0, np.pi)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ circle
    return [(float(x), float(y)) for x, y in (turned.T + middle)]


def _colours(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a colour for the ground and each shape, near one of a few, (COUNT + 1, 3)."""
    few = rng.random((rng.integers(3, 9), 3)) * rng.uniform(0.3, 1) + rng.uniform(-0.1, 0.3)
    grey = few.mean(axis=1, keepdims=True)
    few = grey + (few - grey) * rng.uniform(0, 1)
    return np.asarray(few[rng.integers(len(few), size=COUNT + 1)] + rng.normal(0, 0.08, (COUNT + 1, 1)))


def _shades(labels: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the brightness that is added to each pixel, (H, W): each shape's has a slope of its own."""
    slopes = rng.normal(0, 0.15, (2, COUNT + 1)) / max(labels.shape)
    rows, columns = np.ogrid[: labels.shape[0], : labels.shape[1]]
    return np.asarray(slopes[0][labels] * rows + slopes[1][labels] * columns)


def _textures(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return noise with stripes, (H, W), any values with a deviation of about 1."""
    noises = [ndimage.gaussian_filter(rng.normal(size=shape), grain) * 3.5 * grain for grain in GRAINS]
    weights = rng.dirichlet(np.ones(len(GRAINS)))
    turn, period = rng.uniform(0, np.pi), rng.uniform(6, 40)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    stripes = np.sin(2 * np.pi * (rows * np.sin(turn) + columns * np.cos(turn)) / period)
    return np.asarray(np.tensordot(weights, noises, 1) + rng.uniform(0, 2) * stripes)

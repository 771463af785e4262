"""Ridge orientation and its coherence, by the structure tensor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore_fingerprint.ridges.grey import grey

GRADIENT_SIGMA = 0.8
"""Standard deviation in pixels of the Gaussian derivative. At the ridge period of small prints, 3 pixels, Sobel filters
err by up to 5 degrees and a sampled Gaussian below 0.7 pixels nearly as much; a wider one suppresses the ridges."""
FLAT = (1 / 255) ** 2
"""Squared gradient of grey values that are constant up to rounding to 8 bits."""


@dataclass(frozen=True, slots=True)
class Orientation:
    """The ridge orientation and its coherence, float32 (H, W) or (N, H, W) each.

    `angle`: radians in [0, pi), counter-clockwise with y upward, 0 for horizontal ridges. `coherence`: in [0, 1], 1
    where all gradients are parallel, 0 where they have no preferred orientation or vanish.
    """

    angle: NDArray[np.float32]
    coherence: NDArray[np.float32]


def orientation(image: NDArray[np.floating], *, sigma: float = 3.0) -> Orientation:
    """Return the ridge orientation of each pixel of an image, or of each image.

    `image`: (H, W), (H, W, 1), (N, H, W) or (N, H, W, C) in [0, 1]; `sigma`: pixels over which gradients are averaged,
    best about one ridge period (3 at 200 dpi, 8 at 500).
    Sources: Kass and Witkin, Analyzing oriented patterns, CVGIP 37, 1987 (doubled angles); Bazen and Gerez, Systematic
    methods for the computation of the directional fields and singular points of fingerprints, PAMI 24(7), 2002,
    equations 8 to 12 (angle and coherence).
    """
    pixels = grey(image)
    axes = (-2, -1)
    down, right = (
        ndimage.gaussian_filter(pixels, GRADIENT_SIGMA, order=order, axes=axes, mode="nearest")
        for order in ((1, 0), (0, 1))
    )
    energy, along, across = (
        ndimage.gaussian_filter(product, sigma, axes=axes, mode="nearest", truncate=3.0)
        for product in (right * right + down * down, right * right - down * down, 2 * right * down)
    )
    # The gradient's doubled angle is that of (along, -across), since rows run downward; ridges are perpendicular to it.
    angle = np.mod(0.5 * np.arctan2(-across, along) + np.pi / 2, np.pi)
    coherence = np.clip(np.hypot(along, across) / (energy + FLAT), 0, 1)
    # Rounding may return pi itself.
    return Orientation(np.where(angle >= np.pi, 0, angle).astype(np.float32), coherence.astype(np.float32))


def angle_between(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the angle between two orientations, radians in [0, pi/2], of any shape that broadcasts.

    `first`, `second`: radians, any values.
    """
    turned = np.mod(first - second, np.pi)
    return np.minimum(turned, np.pi - turned)

"""Traces of resampling: where pixels were interpolated between others, they are blurred in a regular pattern."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

LAPLACE = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float64)
NEAR = 2.0
"""Standard deviation in pixels of the neighbourhood whose sharpness counts as one."""
FLAT = 0.02
"""Added to that sharpness, so that noise in the background is not blown up."""
LEAST = 2
"""Degrees from a quarter turn below which the pattern is too coarse to be told from the print."""
QUARTER = 90
"""Degrees of a quarter turn, after which traces are the same."""
BESIDE = 3
"""Degrees beside the found angle that are not compared with it."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trace:
    """How a part of an image was resampled, as far as its traces tell.

    Pixel x (row, column) was interpolated at `rotation(angle) x + phase`, up to whole pixels and quarter turns. `angle`: in
    degrees, 0 to 89. `phase`: float64 (2,), in pixels, -0.5 to 0.5. `strength`: amplitude of the pattern over that of
    nearly all other angles; 1 to 1.3 where nothing was resampled.
    """

    angle: int
    phase: Floats
    strength: float


def rotation(angle: float) -> Floats:
    """Return the matrix that takes (row, column) of a rotated disc to where it came from, `angle` degrees clockwise back."""
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    return np.array([[cos, sin], [-sin, cos]])


def find_trace(image: Floats, region: NDArray[np.bool_]) -> Trace | None:
    """Return the strongest trace of a rotation in a region, bool (H, W), of an image (H, W) in [0, 1].

    Bilinear interpolation blurs most halfway between two pixels, so that sharpness is periodic in the coordinates of the
    image that was resampled (Gallagher 2005, doi 10.1109/CRV.2005.33). None where the region is too small.
    """
    places = np.argwhere(region).astype(np.float64)
    if len(places) < 64:
        return None
    sharp = sharpness(image)[region]
    found = np.array([np.exp(-2j * np.pi * rotation(angle) @ places.T) @ sharp for angle in range(QUARTER)])  # (90, 2)
    amplitude = np.abs(found).sum(axis=1)
    amplitude[:LEAST], amplitude[QUARTER + 1 - LEAST :] = 0, 0
    angle = int(amplitude.argmax())
    others = np.delete(amplitude, slice(max(0, angle - BESIDE), angle + BESIDE + 1))
    strength = float(amplitude[angle] / max(np.quantile(others, 0.98), 1e-9))
    return Trace(angle, np.angle(found[angle]) / (2 * np.pi), strength)


def sharpness(image: Floats) -> Floats:
    """Return the absolute Laplacian of an image (H, W) over its mean nearby, less what is usual: about 0 in the mean."""
    edges = np.abs(ndimage.convolve(image, LAPLACE, mode="nearest"))
    usual = ndimage.gaussian_filter(edges, NEAR)
    return np.asarray((edges - usual) / (usual + FLAT))

"""The minutiae of a print."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN, ENDING, BIFURCATION = 0, 1, 2
"""Kinds of minutiae, numbered as in ISO/IEC 19794-2."""


@dataclass(frozen=True)
class Minutiae:
    """The minutiae of one print.

    `x`, `y`: float64 (M,), column and row in pixels of the image. `direction`: float64 (M,) radians in [0, 2 pi),
    counter-clockwise with y upward, along the ending ridge or the valley between the branches of a bifurcation, towards
    the side with more ridges, as in ISO/IEC 19794-2. `kind`: uint8 (M,), 0 unknown, 1 ending, 2 bifurcation.
    `quality`: float64 (M,) in [0, 1], NaN where not reported. `shape`: rows and columns of the image; `dpi`: its
    resolution.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    direction: NDArray[np.float64]
    kind: NDArray[np.uint8]
    quality: NDArray[np.float64]
    shape: tuple[int, int]
    dpi: float

    def __len__(self) -> int:
        """Return the number of minutiae."""
        return len(self.x)

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Minutiae:
        """Return a subset of the minutiae: `chosen` is bool (M,), int (K,) of indices from 0 to M - 1, or a slice."""
        return Minutiae(
            self.x[chosen],
            self.y[chosen],
            self.direction[chosen],
            self.kind[chosen],
            self.quality[chosen],
            self.shape,
            self.dpi,
        )


def no_minutiae(shape: tuple[int, int], dpi: float) -> Minutiae:
    """Return an empty set of minutiae."""
    none = np.zeros(0)
    return Minutiae(none, none, none, np.zeros(0, np.uint8), none, shape, dpi)


def within(minutiae: Minutiae, region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which minutiae lie in a region of their image, bool (H, W), by the nearest pixel, bool (M,)."""
    rows = np.clip(np.rint(minutiae.y), 0, region.shape[0] - 1).astype(int)
    columns = np.clip(np.rint(minutiae.x), 0, region.shape[1] - 1).astype(int)
    return np.asarray(region[rows, columns])


def scaled(minutiae: Minutiae, factor: float, shape: tuple[int, int], dpi: float) -> Minutiae:
    """Return the minutiae at another resolution, with pixel centres at (x + 0.5) · factor - 0.5."""
    return Minutiae(
        (minutiae.x + 0.5) * factor - 0.5,
        (minutiae.y + 0.5) * factor - 0.5,
        minutiae.direction,
        minutiae.kind,
        minutiae.quality,
        shape,
        dpi,
    )


def turned(angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return angles, radians of any shape and any values, reduced to [0, 2 pi)."""
    within = np.mod(angle, 2 * np.pi)
    # Rounding may return the full turn itself.
    return np.where(within >= 2 * np.pi, 0.0, within)

"""The skin of a finger: its ridges and pores on a grid of their own, the same for every impression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from restore_fingerprint.synthetic.finger import Finger
from restore_fingerprint.synthetic.orientation import orientation
from restore_fingerprint.synthetic.ridges import SAMPLES, grow, pores


@dataclass(frozen=True, slots=True)
class Skin:
    """Ridges and pores around a finger's pattern.

    `layers`: float32 (2, H, W), spline coefficients (cubic) of ridges and pores. `corner`: the finger's millimetres,
    y upward, of the grid's first point. `step`: millimetres between two points. `stretch`: as in `Finger`.
    """

    layers: NDArray[np.float32]
    corner: complex
    step: float
    stretch: tuple[float, float]

    def coordinates(self, z: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return the grid's (row, column) of the finger's points `z`, float64 (2, ...)."""
        wider = 1 + 0.5 * (self.stretch[0] * z.real + self.stretch[1] * z.imag)
        grid = (z * wider - self.corner) / self.step
        return np.stack([-grid.imag, grid.real])


def grow_skin(finger: Finger, low: complex, high: complex, rng: np.random.Generator) -> Skin:
    """Return the skin of `finger` between the corners `low` and `high`, in its millimetres."""
    step = finger.period / SAMPLES
    width = fft.next_fast_len(int(np.ceil((high - low).real / step)) + 1, real=True)
    height = fft.next_fast_len(int(np.ceil((high - low).imag / step)) + 1, real=True)
    x = low.real + step * np.arange(width)[None, :]
    y = high.imag - step * np.arange(height)[:, None]
    angle = orientation(finger, x, y).astype(np.float32)
    layers = np.stack([grow(angle, rng), pores(angle.shape, rng)])
    layers = np.stack([ndimage.spline_filter(layer, order=3, output=np.float32, mode="nearest") for layer in layers])
    layers.setflags(write=False)
    return Skin(layers, complex(low.real, high.imag), step, finger.stretch)

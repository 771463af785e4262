"""The skin of a finger: ridges and pores on a grid, shared by all its impressions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from restore_fingerprint.synthetic.finger import Finger
from restore_fingerprint.synthetic.orientation import orientation
from restore_fingerprint.synthetic.ridges import SAMPLES, beads, grow, pores


@dataclass(frozen=True, slots=True)
class Skin:
    """The skin of a finger on a regular grid.

    `ridges`: float32 (H, W), cubic spline coefficients. `pores`, `beads`: float32 (H, W), as in `Touch`. `corner`:
    finger coordinates of the grid's first point in millimetres, y upward. `step`: grid spacing in millimetres.
    `stretch`, `swell`: as in `Finger`.
    """

    ridges: NDArray[np.float32]
    pores: NDArray[np.float32]
    beads: NDArray[np.float32]
    corner: complex
    step: float
    stretch: tuple[float, float]
    swell: tuple[tuple[float, float, float, float, float], ...]

    def coordinates(self, z: NDArray[np.complexfloating]) -> NDArray[np.floating]:
        """Return the grid coordinates (row, column) of the finger's points `z` in millimetres, float (2, ...)."""
        wider = 1 + 0.5 * (self.stretch[0] * z.real + self.stretch[1] * z.imag)
        x, y = z.real * wider, z.imag * wider
        for right, up, across, upward, phase in self.swell:
            wave = np.sin(across * z.real + upward * z.imag + phase)
            x, y = x + right * wave, y + up * wave
        return np.stack([self.corner.imag - y, x - self.corner.real]) / self.step


def grow_skin(finger: Finger, low: complex, high: complex, rng: np.random.Generator) -> Skin:
    """Return the skin of `finger` between the corners `low` and `high`, finger coordinates in millimetres."""
    step = finger.period / SAMPLES
    width, height = (_points(length / step) for length in ((high - low).real, (high - low).imag))
    x = (low.real + step * np.arange(width, dtype=np.float32))[None, :]
    y = (high.imag - step * np.arange(height, dtype=np.float32))[:, None]
    layers = grow(orientation(finger, x, y), rng), pores((height, width), rng), beads((height, width), rng)
    for layer in layers:
        layer.setflags(write=False)
    return Skin(*layers, complex(low.real, high.imag), step, finger.stretch, finger.swell)


def _points(length: float) -> int:
    """Return a grid size above `length` that is fast to transform and shared by many fingers."""
    return int(fft.next_fast_len(16 * (int(length) // 16 + 1), real=True))

"""The ridge orientation of a finger: the zero-pole model with a smooth bend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.synthetic.finger import Finger


def orientation(finger: Finger, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the ridge angle at the points (`x`, `y`), in radians, counter-clockwise from the x axis, modulo π.

    `x`, `y`: float32 arrays of any shape that broadcast, millimetres, y upward. Every loop adds half its polar angle
    and every delta subtracts it (Sherlock and Monro 1993). That model alone makes the outer ridges too straight
    (Vizcaya and Gerhardt 1996), so a smooth bend without singular points lets them fall off to both sides.
    """
    angle = _bend(finger, x, y)
    for loop in finger.loops:
        angle += 0.5 * np.arctan2(y - loop.imag, x - loop.real)
    for delta in finger.deltas:
        angle -= 0.5 * np.arctan2(y - delta.imag, x - delta.real)
    for amplitude, wave_x, wave_y, phase in finger.waves:
        angle += amplitude * np.sin(wave_x * x + wave_y * y + phase)
    return np.asarray(angle, dtype=np.float32)


def _bend(finger: Finger, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the bend of the outer ridges in radians, falling off to both sides, with the widest arcs at the tip."""
    left, right = finger.bend
    slope = (left + right) / 2 + (right - left) / 2 * np.tanh(x / 2)
    tip = 1 / (1 + np.exp(-(y - 3.5) / 1.2))
    base = 1 / (1 + np.exp(-(y + 8.0) / 2.0))
    slope = (slope + tip * (1.0 - slope)) * base
    return np.asarray(-slope * np.arctan(x / (3.2 + 1.6 * tip)), dtype=np.float32)

"""What an impression is like on a sensor, and how much ink it leaves: what all sensors share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.smooth import smooth_noise

Layer = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Condition:
    """How wet, dry, even and clean an impression is, in units of half a ridge's height unless said otherwise.

    `moisture`: widens ridges where positive (wet), thins them where negative (dry). `unevenness`, `blotches`: how much
    it varies over 2.5 and 0.35 mm. `middle`: how much more the middle presses than the rim. `gain`: contrast, ink per
    height. `darkness`: ink of a full ridge. `pores`, `beads`: how deep they are. `noise`: the sensor's. `rim`:
    millimetres over which ridges thin out at the rim. `pale`: share of ink that the fingertip's upper rim lacks.
    `dirt`: ink of the dust beside the finger.
    """

    moisture: float
    unevenness: float
    blotches: float
    middle: float
    gain: float
    darkness: float
    pores: float
    beads: float
    noise: float
    rim: float
    pale: float
    dirt: float


def feel(touch: Touch, condition: Condition, pitch: float, noise: Layer, rng: np.random.Generator) -> Layer:
    """Return the ink that a finger leaves, before the sensor looks: float32 (H, W) in [0, 1].

    `pitch`: millimetres per pixel. `noise`: of unit variance, (H, W), what of it is the sensor's.
    """
    shape = touch.ridges.shape
    uneven, blotch = (smooth_noise(rng, shape, millimetres / pitch) for millimetres in (2.5, 0.35))
    crest = np.maximum(touch.ridges, 0)
    height = touch.ridges - crest * (condition.pores * np.maximum(touch.pores, 0) + condition.beads * touch.beads)
    wet = condition.moisture + condition.unevenness * uneven + condition.blotches * blotch
    wet += condition.middle * (np.exp(-1.5 * (touch.across**2 + touch.along**2)) - 0.4)
    # A valley holds only so much: even soaked skin shows some of its ridges.
    wet = np.minimum(wet, np.tanh(wet))
    wet -= 0.9 * np.exp(-np.maximum(touch.depth, -1) / condition.rim) + 0.5 * np.clip(touch.along, 0, 1) ** 3
    ink = np.clip(0.5 + condition.gain * (height + wet + condition.noise * noise), 0, 1)
    return np.asarray(ink, dtype=np.float32)


def quantise(image: NDArray[np.floating]) -> Layer:
    """Return a picture (H, W), cut to [0, 1], as a sensor hands it over: float32, values k / 255."""
    return np.asarray(np.rint(255 * np.clip(image, 0, 1)) / 255, dtype=np.float32)

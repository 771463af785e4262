"""The condition of an impression, and the ink that results from it: shared by all sensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.smooth import smooth_noise

Layer = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Condition:
    """Moisture, evenness and cleanliness of an impression, in units of half a ridge's height unless stated otherwise.

    `moisture`: widens ridges where positive (wet), thins them where negative (dry). `unevenness`, `blotches`: its
    standard deviation at scales of 2.5 and 0.35 mm. `middle`: additional pressure at the centre of the contact. `gain`:
    contrast, ink per height. `darkness`: ink of a ridge in full contact. `pores`, `beads`: their depth. `noise`: of the
    sensor. `rim`: millimetres over which ridges thin out at the rim. `pale`: share of ink missing at the upper rim of
    the fingertip. `dirt`: ink of the dust beside the finger.
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
    """Return the ink of a finger, before the sensor's response: float32 (H, W) in [0, 1].

    `pitch`: millimetres per pixel. `noise`: the sensor's, (H, W), of unit variance.
    """
    shape = touch.ridges.shape
    uneven, blotch = (smooth_noise(rng, shape, millimetres / pitch) for millimetres in (2.5, 0.35))
    crest = np.maximum(touch.ridges, 0)
    height = touch.ridges - crest * (condition.pores * np.maximum(touch.pores, 0) + condition.beads * touch.beads)
    wet = condition.moisture + condition.unevenness * uneven + condition.blotches * blotch
    wet += condition.middle * (np.exp(-1.5 * (touch.across**2 + touch.along**2)) - 0.4)
    # Valleys saturate: even soaked skin shows some ridges.
    wet = np.minimum(wet, np.tanh(wet))
    wet -= 0.9 * np.exp(-np.maximum(touch.depth, -1) / condition.rim) + 0.5 * np.clip(touch.along, 0, 1) ** 3
    ink = np.clip(0.5 + condition.gain * (height + wet + condition.noise * noise), 0, 1)
    return np.asarray(ink, dtype=np.float32)


def quantise(image: NDArray[np.floating]) -> Layer:
    """Return an image (H, W) clipped to [0, 1] and quantised to 8 bits: float32, values k / 255."""
    return np.asarray(np.rint(255 * np.clip(image, 0, 1)) / 255, dtype=np.float32)

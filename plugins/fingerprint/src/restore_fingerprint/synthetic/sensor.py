"""The sensor: from what a finger's touch is like to a grey picture; another kind of sensor is another function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.smooth import smooth_noise


@dataclass(frozen=True, slots=True)
class Condition:
    """What an impression is like, in units of half a ridge's height unless said otherwise.

    `moisture`: widens ridges where positive (wet), thins them where negative (dry). `unevenness`, `blotches`: how much
    it varies over 2.5 and 0.35 mm. `gain`: contrast, ink per height. `darkness`: ink of a full ridge. `pores`: how deep they are. `noise`: the
    sensor's. `rim`: millimetres over which ridges thin out at the rim. `pale`: share of ink that the fingertip's upper
    rim lacks. `dirt`: ink of the dust beside the finger.
    """

    moisture: float
    unevenness: float
    blotches: float
    gain: float
    darkness: float
    pores: float
    noise: float
    rim: float
    pale: float
    dirt: float


def draw_condition(rng: np.random.Generator) -> Condition:
    """Return a condition; the ranges were set by eye and by benchmarks/prints.py against real optical prints."""
    return Condition(
        moisture=float(rng.normal(0.54, 0.27)),
        unevenness=float(rng.uniform(0.1, 0.4)),
        blotches=float(rng.uniform(0.05, 0.35)),
        gain=float(np.exp(rng.normal(0.0, 0.3))),
        darkness=float(1 - 0.5 * rng.beta(0.25, 3)),
        pores=float(rng.uniform(0.1, 1.0)),
        noise=float(min(0.2 * np.exp(rng.normal(0, 0.5)), 0.45)),
        rim=float(rng.uniform(0.25, 0.8)),
        pale=float(rng.uniform(0.1, 0.7)),
        dirt=float(rng.exponential(0.06)),
    )


def optical(touch: Touch, condition: Condition, pitch: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the picture of an optical sensor, black ridges on white, float32 (H, W) in [0, 1], values k / 255.

    `pitch`: millimetres per pixel.
    """
    shape = touch.ridges.shape
    noise = rng.standard_normal(shape, dtype=np.float32)
    uneven, blotch, dust = (smooth_noise(rng, shape, millimetres / pitch) for millimetres in (2.5, 0.35, 2.0))
    tip = np.clip(touch.along, 0, 1)
    height = touch.ridges - condition.pores * np.maximum(touch.ridges, 0) * np.maximum(touch.pores, 0)
    wet = condition.moisture + condition.unevenness * uneven + condition.blotches * blotch
    # A valley holds only so much: even soaked skin shows some of its ridges.
    wet = np.minimum(wet, np.tanh(wet))
    wet -= 0.9 * np.exp(-np.maximum(touch.depth, -1) / condition.rim) + 0.5 * tip**3
    ink = np.clip(0.5 + condition.gain * (height + wet + condition.noise * noise), 0, 1)
    # Where the skin hardly presses, ridges are not only thin but pale.
    pressed = np.clip((touch.depth + 0.1) / 0.5, 0, 1)
    ink *= condition.darkness * pressed * (1 - condition.pale * tip**2)
    # Dust gathers beside the finger's base; squared noise is grains, not haze.
    dust = condition.dirt * np.maximum(dust, 0) * noise**2 * np.clip(0.3 - touch.along, 0, 1) * (1 - pressed)
    dust *= np.exp(np.minimum(touch.depth, 0) / 2.5)
    ink = np.clip(np.maximum(ink, dust), 0, 1)
    return np.asarray(np.rint(255 * (1 - ink)) / 255, dtype=np.float32)

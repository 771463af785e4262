"""The sensor: from what a finger's touch is like to a grey picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.smooth import smooth_noise


def optical(touch: Touch, pitch: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the picture of an optical sensor, black ridges on white, float32 (H, W) in [0, 1], values k / 255.

    `pitch`: millimetres per pixel.
    """
    shape = touch.ridges.shape
    moisture = rng.normal(0.3, 0.33)
    gain = 1.1 * np.exp(rng.normal(0, 0.3))
    tip = np.clip(touch.along, 0, 1)
    uneven = smooth_noise(rng, shape, 2.5 / pitch)
    blotch = smooth_noise(rng, shape, 0.35 / pitch)
    bias = moisture + 0.3 * uneven + rng.uniform(0.1, 0.35) * blotch
    bias -= 0.9 * np.exp(-np.maximum(touch.depth, -1) / rng.uniform(0.3, 0.8))
    bias -= 0.5 * tip**3
    crest = np.maximum(touch.ridges, 0)
    height = touch.ridges - rng.uniform(0.1, 0.7) * crest * np.maximum(touch.pores, 0)
    noise = rng.standard_normal(shape, dtype=np.float32)
    ink = np.clip(0.5 + gain * (height + bias + 0.16 * noise), 0, 1)
    # Where the skin hardly presses, ridges are not only thin but pale.
    pressed = np.clip((touch.depth + 0.1) / 0.5, 0, 1)
    ink *= pressed * (1 - rng.uniform(0.1, 0.6) * tip**2)
    dirt = rng.exponential(0.03) * np.maximum(smooth_noise(rng, shape, 2.0 / pitch), 0) * noise**2
    dirt *= np.clip(0.3 - touch.along, 0, 1)
    ink = np.maximum(ink, dirt * (1 - pressed))
    return (np.round(255 * (1 - np.clip(ink, 0, 1))) / 255).astype(np.float32)

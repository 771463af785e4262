"""Prints of an optical sensor of 500 dpi: soft dark ridges on a white, almost clean background."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from restore_fingerprint.synthetic.contact import Placing
from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.sensors.condition import Condition, Layer, feel, quantise
from restore_fingerprint.synthetic.sensors.sensor import Sensor
from restore_fingerprint.synthetic.smooth import smooth_noise

PLACING = Placing(
    window=(19.0, 19.7),
    tip=(9.8, 1.3),
    width=(13.8, 1.5),
    height=(21.0, 2.5),
    top=(1.0, 1.8),
    aside=1.3,
    tilt=float(np.deg2rad(13)),
    shift=0.9,
    turn=float(np.deg2rad(8)),
    pressure=0.08,
    drag=0.35,
)
BLUR = 0.034
"""Blur of the lens (sd) in millimetres: 0.7 pixels at 500 dpi."""
TEXTURE = 0.05
"""Correlation length of the ridges' ragged edges in millimetres."""
GLASS = 0.996
"""Grey value of the bare glass; haze darkens it slightly."""


def draw_condition(rng: np.random.Generator) -> Condition:
    """Return a random condition; its ranges were tuned by eye and by benchmarks/prints.py against real prints."""
    worn = rng.random() < 0.15
    moisture = float(np.clip(rng.normal(-0.25, 0.4), -0.9, 0.9))
    # Dry skin shows the granularity of its ridges, wet skin hides it.
    dry = 1 / (1 + np.exp(4 * moisture))
    return Condition(
        moisture=moisture,
        unevenness=float(rng.uniform(0.1, 0.3)),
        blotches=float(rng.uniform(0.3, 0.6) if worn else rng.uniform(0.05, 0.35)),
        middle=float(rng.uniform(0.0, 0.6)),
        gain=float(1.5 * np.exp(rng.normal(0.0, 0.2))),
        darkness=float(rng.uniform(0.75, 1.0)),
        pores=float(rng.uniform(0.1, 0.8)),
        beads=float((0.5 + dry) * (rng.uniform(0.7, 1.1) if worn else rng.uniform(0.25, 0.8))),
        noise=float(min(0.22 * np.exp(rng.normal(0, 0.4)), 0.5)),
        rim=float(rng.uniform(0.3, 0.9)),
        pale=float(rng.uniform(0.0, 0.4)),
        dirt=float(rng.exponential(0.06)),
    )


def look(touch: Touch, condition: Condition, pitch: float, rng: np.random.Generator) -> Layer:
    """Return the image, dark ridges on white; arguments and result as in `Sensor`."""
    shape = touch.ridges.shape
    noise = smooth_noise(rng, shape, TEXTURE / pitch)
    ink = feel(touch, condition, pitch, noise, rng)
    pressed = np.clip((touch.depth + 0.1) / 0.3, 0, 1)
    # Ridges are darker under pressure, but never black: the glass transmits some light.
    shade = 1 + 0.12 * smooth_noise(rng, shape, 1.5 / pitch) - 0.3 * np.clip(touch.across**2 + touch.along**2, 0, 1)
    shade *= 1 - condition.pale * np.clip(touch.along, 0, 1) ** 2
    ink = ndimage.gaussian_filter(ink * pressed, BLUR / pitch) * np.clip(condition.darkness * shade, 0, 1)
    # A few specks left by the previous finger.
    specks = smooth_noise(rng, shape, 0.12 / pitch) > 4.2 - condition.dirt
    ink = np.maximum(ink, 0.25 * specks)
    haze = np.clip(condition.dirt * 0.06 * smooth_noise(rng, shape, 4.0 / pitch), 0, None)
    return quantise((GLASS - haze) * (1 - ink))


OPTICAL = Sensor(dpi=500, lattice=None, placing=PLACING, draw_condition=draw_condition, look=look)

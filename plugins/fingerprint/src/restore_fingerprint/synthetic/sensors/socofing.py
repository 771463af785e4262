"""Prints as in SOCOFing: an optical sensor, reduced to about 170 dpi by dropping pixels, hard black on white."""

from __future__ import annotations

import numpy as np

from restore_fingerprint.synthetic.contact import Placing
from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.sensors.condition import Condition, Layer, feel, quantise
from restore_fingerprint.synthetic.sensors.sensor import Sensor
from restore_fingerprint.synthetic.smooth import smooth_noise

PLACING = Placing(
    window=(14.4, 13.8),
    tip=(11.0, 1.4),
    width=(13.2, 1.3),
    height=(18.5, 1.8),
    top=(1.3, 0.9),
    aside=0.7,
    tilt=float(np.deg2rad(9)),
    shift=0.4,
    turn=float(np.deg2rad(5)),
    pressure=0.05,
    drag=0.25,
)


def draw_condition(rng: np.random.Generator) -> Condition:
    """Return a random condition; its ranges were tuned by eye and by benchmarks/prints.py against real prints.

    One print in seven is of a worn or dry finger, whose ridges break up.
    """
    worn = rng.random() < 0.15
    return Condition(
        moisture=float(rng.normal(0.3 if worn else 0.64, 0.33)),
        unevenness=float(rng.uniform(0.1, 0.4)),
        blotches=float(rng.uniform(0.4, 0.9) if worn else rng.uniform(0.05, 0.4)),
        middle=float(rng.uniform(0.0, 0.5)),
        gain=float(np.exp(rng.normal(-0.15, 0.3))),
        darkness=float(1 - 0.5 * rng.beta(0.25, 3)),
        pores=float(rng.uniform(0.1, 0.8)),
        beads=float(rng.uniform(0.4, 0.9) if worn else rng.uniform(0.05, 0.5)),
        noise=float(min(0.15 * np.exp(rng.normal(0, 0.5)), 0.45)),
        rim=float(rng.uniform(0.25, 0.8)),
        pale=float(rng.uniform(0.1, 0.7)),
        dirt=float(rng.exponential(0.1)),
    )


def look(touch: Touch, condition: Condition, pitch: float, rng: np.random.Generator) -> Layer:
    """Return the image, black ridges on white; arguments and result as in `Sensor`."""
    shape = touch.ridges.shape
    noise = rng.standard_normal(shape, dtype=np.float32)
    ink = feel(touch, condition, pitch, noise, rng)
    # Under light pressure ridges are not only thin but also pale.
    pressed = np.clip((touch.depth + 0.1) / 0.5, 0, 1)
    ink *= condition.darkness * pressed * (1 - condition.pale * np.clip(touch.along, 0, 1) ** 2)
    # Dust gathers beside the base of the finger; squared noise forms grains rather than haze.
    dust = smooth_noise(rng, shape, 2.0 / pitch)
    dust = condition.dirt * np.maximum(dust, 0) * noise**2 * np.clip(0.3 - touch.along, 0, 1) * (1 - pressed)
    dust *= np.exp(np.minimum(touch.depth, 0) / 2.5)
    return quantise(1 - np.maximum(ink, dust))


SOCOFING = Sensor(dpi=170, lattice=500, placing=PLACING, draw_condition=draw_condition, look=look)

"""Prints of a capacitive sensor of 500 dpi: sharp dark ridges on a grey background with column stripes."""

from __future__ import annotations

import numpy as np

from restore_fingerprint.synthetic.contact import Placing
from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.sensors.condition import Condition, Layer, feel, quantise
from restore_fingerprint.synthetic.sensors.sensor import Sensor
from restore_fingerprint.synthetic.smooth import smooth_noise

PLACING = Placing(
    window=(15.2, 15.2),
    tip=(10.8, 1.2),
    width=(12.8, 1.3),
    height=(14.0, 1.0),
    top=(0.7, 0.6),
    aside=0.5,
    tilt=float(np.deg2rad(7)),
    shift=0.5,
    turn=float(np.deg2rad(5)),
    pressure=0.06,
    drag=0.35,
)
AIR = 0.525
"""Grey value of air; the amplifiers of the columns vary it by `COLUMN` (sd)."""
COLUMN = 0.008
TEXTURE = 0.07
"""Correlation length of the ridges' ragged edges in millimetres."""
SKIN = 0.115
"""Grey value of a ridge in full contact."""


def draw_condition(rng: np.random.Generator) -> Condition:
    """Return a random condition; its ranges were tuned by eye and by benchmarks/prints.py against real prints."""
    worn = rng.random() < 0.15
    moisture = float(np.clip(rng.normal(0.05, 0.4), -0.9, 1.0))
    dry = 1 / (1 + np.exp(4 * moisture))
    return Condition(
        moisture=moisture,
        unevenness=float(rng.uniform(0.1, 0.3)),
        blotches=float(rng.uniform(0.3, 0.6) if worn else rng.uniform(0.05, 0.35)),
        middle=float(rng.uniform(0.0, 0.6)),
        gain=float(1.1 * np.exp(rng.normal(0.0, 0.25))),
        darkness=float(rng.uniform(0.85, 1.0)),
        pores=float(rng.uniform(0.3, 1.2)),
        beads=float((0.5 + dry) * (rng.uniform(0.8, 1.2) if worn else rng.uniform(0.4, 1.0))),
        noise=float(min(0.35 * np.exp(rng.normal(0, 0.3)), 0.6)),
        rim=float(rng.uniform(0.15, 0.5)),
        pale=0.0,
        dirt=float(rng.exponential(0.12)),
    )


def look(touch: Touch, condition: Condition, pitch: float, rng: np.random.Generator) -> Layer:
    """Return the image, dark ridges on grey; arguments and result as in `Sensor`."""
    shape = touch.ridges.shape
    # Half of the noise is independent per pixel, half correlated over a few, so that edges are ragged.
    noise = 0.7 * (rng.standard_normal(shape, dtype=np.float32) + smooth_noise(rng, shape, TEXTURE / pitch))
    ink = feel(touch, condition, pitch, noise, rng)
    near = 1 / (1 + np.exp(-np.clip(touch.depth, -9, 9) / 0.7))
    ink *= condition.darkness * np.clip((touch.depth + 0.05) / 0.15, 0, 1)
    dust = smooth_noise(rng, shape, 1.2 / pitch) * np.exp(np.minimum(touch.depth, 0) / 1.2)
    grains = smooth_noise(rng, shape, 0.08 / pitch) > 3.2 - 6 * condition.dirt * np.maximum(dust, 0)
    ink = np.maximum(ink, 0.6 * grains * (touch.depth < 0))
    # Valleys are darker than air, since the skin is close and damp.
    damp = 0.06 + 0.1 / (1 + np.exp(-3 * condition.moisture))
    air = AIR - damp * near - 0.03 * smooth_noise(rng, shape, 4.0 / pitch) + columns(shape[1], pitch, rng)
    grey = air + (SKIN - air) * ink
    return quantise(grey + 0.015 * rng.standard_normal(shape, dtype=np.float32) * (0.4 + 0.6 * (1 - ink)))


def columns(width: int, pitch: float, rng: np.random.Generator) -> Layer:
    """Return the offset of every column, float32 (1, W): amplifier, central sag, and interference.

    An image of part of the sensor has proportionally less sag.
    """
    x = np.linspace(-1, 1, width)
    whole = min(1.0, width * pitch / PLACING.window[1])
    offset = COLUMN * (
        rng.standard_normal(width) + smooth_noise(rng, (1, width), 0.3 / pitch)[0]
    ) - 0.05 * whole * np.exp(-(x**2) / 0.3)
    if rng.random() < 0.4:
        # Interference: bars spaced by half a millimetre to one, on one side.
        bars = np.cos(2 * np.pi * np.arange(width) * pitch / rng.uniform(0.4, 0.8)) ** 4
        offset += rng.exponential(0.06) * bars * np.exp(-(((x - rng.choice([-0.7, 0.7])) / 0.25) ** 2))
    return np.asarray(offset, dtype=np.float32)[None, :]


CAPACITIVE = Sensor(dpi=500, lattice=None, placing=PLACING, draw_condition=draw_condition, look=look)

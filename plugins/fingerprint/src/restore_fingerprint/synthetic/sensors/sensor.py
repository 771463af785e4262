"""The model of a sensor: placement of fingers, their condition, and the sensor's response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from restore_fingerprint.synthetic.contact import Placing
from restore_fingerprint.synthetic.impression import Touch
from restore_fingerprint.synthetic.sensors.condition import Condition, Layer


@dataclass(frozen=True, slots=True)
class Sensor:
    """A kind of sensor.

    `dpi`: resolution of its images. `lattice`: resolution of the sensor itself, in dpi, where images were reduced by
    dropping pixels. `placing`: statistics of the placement. `draw_condition` returns the random condition of an
    impression; `look` takes a touch, its condition, millimetres per pixel and a generator, and returns the image,
    float32 (H, W) in [0, 1], values k / 255.
    """

    dpi: float
    lattice: float | None
    placing: Placing
    draw_condition: Callable[[np.random.Generator], Condition]
    look: Callable[[Touch, Condition, float, np.random.Generator], Layer]

"""What a sensor is to the generator: where fingers lie on it, what they are like, and what it makes of them."""

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

    `dpi`: of its pictures. `lattice`: dots per inch of the sensor itself where pictures were shrunk by leaving out
    pixels. `draw_condition` draws what an impression is like; `look` takes a touch, its condition, millimetres per
    pixel and a generator, and returns the picture, float32 (H, W) in [0, 1], values k / 255.
    """

    dpi: float
    lattice: float | None
    placing: Placing
    draw_condition: Callable[[np.random.Generator], Condition]
    look: Callable[[Touch, Condition, float, np.random.Generator], Layer]

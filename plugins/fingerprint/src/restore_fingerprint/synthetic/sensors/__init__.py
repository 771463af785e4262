"""The sensors that synthetic prints imitate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from restore_fingerprint.synthetic.sensors.capacitive import CAPACITIVE
from restore_fingerprint.synthetic.sensors.optical import OPTICAL
from restore_fingerprint.synthetic.sensors.sensor import Sensor
from restore_fingerprint.synthetic.sensors.socofing import SOCOFING

SensorName: TypeAlias = Literal["socofing", "optical", "capacitive"]

SENSORS: Mapping[SensorName, Sensor] = {"socofing": SOCOFING, "optical": OPTICAL, "capacitive": CAPACITIVE}

__all__ = ["SENSORS", "Sensor", "SensorName"]

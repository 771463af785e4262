"""The dataset of synthetic prints."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from restore.api import RequestError, Sample, generator
from restore_fingerprint.synthetic.contact import Contact, Frame, draw_contact
from restore_fingerprint.synthetic.finger import Finger, draw_finger
from restore_fingerprint.synthetic.impression import Impression, draw_impression, touch
from restore_fingerprint.synthetic.sensors import SENSORS, SensorName
from restore_fingerprint.synthetic.skin import Skin, grow_skin

SMALLEST = 8
"""Minimum length in pixels of an image's shorter side, less than three ridge periods."""


def synthetic(
    path: Path | None,
    *,
    count: Annotated[int, Field(ge=1, description="number of prints")] = 1500,
    impressions: Annotated[int, Field(ge=1, description="impressions per finger")] = 1,
    size: Annotated[tuple[int, int], Field(description="height and width in pixels")] = (96, 96),
    seed: Annotated[int, Field(description="random seed; a different one yields different fingers")] = 0,
    sensor: Annotated[
        SensorName | Literal["all"], Field(description="style of sensor; all: in turn, a finger each")
    ] = "socofing",
    dpi: Annotated[
        float | None, Field(gt=0, description="resolution in dpi; none: the sensor's, 170 for socofing, else 500")
    ] = None,
) -> SyntheticPrints:
    """Open a dataset of synthetic prints, generated on access.

    An image smaller than the sensor's shows part of the fingertip, a larger one the empty sensor around it. Print i is
    bit for bit the same whatever the order of access and `count`. Raises `RequestError` for a path, since nothing is
    read, and for a `size` below 8 pixels.
    """
    if path is not None:
        raise RequestError(
            "synthetic prints are generated, not read",
            code="conflict",
            where=f"--data {path}",
            hint="leave out --data or --dataset",
        )
    if min(size) < SMALLEST:
        raise RequestError(
            f"size {size[0]}x{size[1]} is out of range",
            code="out-of-range",
            where="dataset synthetic",
            hint=f"choose at least {SMALLEST}x{SMALLEST} pixels",
        )
    sensors: tuple[SensorName, ...] = tuple(SENSORS) if sensor == "all" else (sensor,)
    return SyntheticPrints(count, impressions, size, dpi, seed, sensors)


@dataclass(frozen=True, slots=True)
class SyntheticPrints:
    """Prints generated on access: print i is impression i modulo `impressions` of finger i // `impressions`.

    Finger n is captured by sensor n modulo their number.
    """

    threadsafe: ClassVar[bool] = True
    # Version of the generator; a new number invalidates cached images.
    fingerprint: ClassVar[str] = "synthetic prints 2"

    count: int
    impressions: int
    size: tuple[int, int]
    dpi: float | None
    seed: int
    sensors: tuple[SensorName, ...]

    def __len__(self) -> int:
        """Return the number of prints."""
        return self.count

    def __getitem__(self, index: int, /) -> Sample:
        """Generate print `index`, a greyscale image float32 (H, W, 1), values k / 255; its pattern class is a label."""
        name, group = self._key(range(self.count)[index])
        captured_by, frame = self._captured(index)
        sensor = SENSORS[captured_by]
        finger, _, skin, impression, rng = self._drawn(index)
        felt = touch(skin, finger, impression, frame, rng, lattice=sensor.lattice)
        image = sensor.look(felt, sensor.draw_condition(rng), frame.pitch, rng)
        return Sample(image[:, :, np.newaxis], name, group, {"class": finger.pattern})

    def __iter__(self) -> Iterator[Sample]:
        """Generate all prints in order."""
        return (self[index] for index in range(self.count))

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        """Id and group of every print, without generating it."""
        return [self._key(index) for index in range(self.count)]

    def truth(self, index: int) -> tuple[Finger, Skin, Impression]:
        """Return the ground truth of print `index`: its finger, its skin and its impression."""
        finger, _, skin, impression, _ = self._drawn(index)
        return finger, skin, impression

    def _drawn(self, index: int) -> tuple[Finger, Contact, Skin, Impression, np.random.Generator]:
        number, which = divmod(range(self.count)[index], self.impressions)
        sensor, frame = self._captured(index)
        finger, contact, skin = _finger(self.seed, number, frame, sensor)
        rng = generator(self.seed, number, which)
        return finger, contact, skin, draw_impression(contact, SENSORS[sensor].placing, rng), rng

    def _captured(self, index: int) -> tuple[SensorName, Frame]:
        """Return the sensor of print `index`, and the frame of its image."""
        sensor = self.sensors[range(self.count)[index] // self.impressions % len(self.sensors)]
        return sensor, Frame(*self.size, self.dpi or SENSORS[sensor].dpi)

    def _key(self, index: int) -> tuple[str, str]:
        return f"{index:06d}", f"finger-{index // self.impressions:06d}"


@functools.lru_cache(maxsize=8)
def _finger(seed: int, number: int, frame: Frame, sensor: SensorName) -> tuple[Finger, Contact, Skin]:
    """Return a finger, its contact and its skin; the last few are cached for further impressions."""
    rng = generator(seed, number)
    placing = SENSORS[sensor].placing
    finger = draw_finger(rng)
    contact = draw_contact(frame, placing, rng)
    low, high = contact.reach(frame, placing)
    return finger, contact, grow_skin(finger, low, high, rng)

"""The data set of synthetic prints."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from restore.api import RequestError, Sample, generator
from restore_fingerprint.synthetic.contact import Contact, Frame, draw_contact
from restore_fingerprint.synthetic.finger import Finger, draw_finger
from restore_fingerprint.synthetic.impression import Impression, draw_impression, touch
from restore_fingerprint.synthetic.sensors import SENSORS, SensorName
from restore_fingerprint.synthetic.skin import Skin, grow_skin

SMALLEST = 8


def synthetic(
    path: Path | None,
    *,
    count: Annotated[int, Field(ge=1, description="number of prints")] = 1500,
    impressions: Annotated[int, Field(ge=1, description="prints of the same finger")] = 1,
    size: Annotated[tuple[int, int], Field(description="height and width in pixels")] = (96, 96),
    seed: int = 0,
    sensor: Annotated[SensorName, Field(description="whose pictures they look like")] = "socofing",
    dpi: Annotated[float | None, Field(gt=0, description="dots per inch, else the sensor's: 170, or 500")] = None,
) -> SyntheticPrints:
    """Open a data set of prints that are drawn when they are asked for.

    A picture smaller than the sensor's shows a part of the fingertip, a larger one the empty sensor around it.
    The same number is the same print, bit for bit, whatever the order and `count`. Raises RequestError where `path` is
    given, since nothing is read, and where `size` is below 8 pixels, less than three ridges.
    """
    if path is not None:
        raise RequestError("Synthetic prints are drawn, not read.", where=str(path), hint="Leave the path out.")
    if min(size) < SMALLEST:
        raise RequestError(f"A print of {size[0]}x{size[1]} pixels shows no ridges.", hint=f"Take {SMALLEST} or more.")
    return SyntheticPrints(count, impressions, Frame(*size, dpi or SENSORS[sensor].dpi), seed, sensor)


@dataclass(frozen=True, slots=True)
class SyntheticPrints:
    """Prints drawn on access: print i is impression i modulo `impressions` of finger i // `impressions`."""

    threadsafe: ClassVar[bool] = True
    # Another number tells caches that the same options draw other prints than before.
    fingerprint: ClassVar[str] = "synthetic prints 2"

    count: int
    impressions: int
    frame: Frame
    seed: int
    sensor: SensorName = "socofing"

    def __len__(self) -> int:
        """Return the number of prints."""
        return self.count

    def __getitem__(self, index: int, /) -> Sample:
        """Draw print `index`: a grey image float32 (H, W, 1), values k / 255; its class is a label."""
        name, group = self._key(range(self.count)[index])
        sensor = SENSORS[self.sensor]
        finger, _, skin, impression, rng = self._drawn(index)
        felt = touch(skin, finger, impression, self.frame, rng, lattice=sensor.lattice)
        image = sensor.look(felt, sensor.draw_condition(rng), self.frame.pitch, rng)
        return Sample(image[:, :, np.newaxis], name, group, {"class": finger.pattern})

    def __iter__(self) -> Iterator[Sample]:
        """Draw all prints in order."""
        return (self[index] for index in range(self.count))

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        """Id and group of every print, without drawing it."""
        return [self._key(index) for index in range(self.count)]

    def truth(self, index: int) -> tuple[Finger, Skin, Impression]:
        """Return what print `index` is drawn of: its finger, the skin as it was grown, and how it lies in the frame."""
        finger, _, skin, impression, _ = self._drawn(index)
        return finger, skin, impression

    def _drawn(self, index: int) -> tuple[Finger, Contact, Skin, Impression, np.random.Generator]:
        number, which = divmod(range(self.count)[index], self.impressions)
        finger, contact, skin = _finger(self.seed, number, self.frame, self.sensor)
        rng = generator(self.seed, number, which)
        return finger, contact, skin, draw_impression(contact, SENSORS[self.sensor].placing, rng), rng

    def _key(self, index: int) -> tuple[str, str]:
        return f"{index:06d}", f"finger-{index // self.impressions:06d}"


@functools.lru_cache(maxsize=8)
def _finger(seed: int, number: int, frame: Frame, sensor: SensorName) -> tuple[Finger, Contact, Skin]:
    """Return a finger, where it touches and its grown skin; the last few are kept for further impressions."""
    rng = generator(seed, number)
    placing = SENSORS[sensor].placing
    finger = draw_finger(rng)
    contact = draw_contact(frame, placing, rng)
    low, high = contact.reach(frame, placing)
    return finger, contact, grow_skin(finger, low, high, rng)

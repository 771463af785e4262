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
from restore_fingerprint.synthetic.finger import Finger, draw_finger
from restore_fingerprint.synthetic.impression import Contact, Frame, draw_contact, touch
from restore_fingerprint.synthetic.sensor import draw_condition, optical
from restore_fingerprint.synthetic.skin import Skin, grow_skin

# Optical sensors see at 500 dpi; pictures of fewer dots are mostly made by leaving out pixels, which is what gives
# small prints their jagged look.
SENSOR_DPI = 500
SMALLEST = 8


def synthetic(
    path: Path | None,
    *,
    count: Annotated[int, Field(ge=1, description="number of prints")] = 1500,
    impressions: Annotated[int, Field(ge=1, description="prints of the same finger")] = 1,
    size: Annotated[tuple[int, int], Field(description="height and width in pixels")] = (96, 96),
    seed: int = 0,
    dpi: Annotated[float, Field(gt=0, description="dots per inch; a ridge is 0.46 mm wide")] = 170,
) -> SyntheticPrints:
    """Open a data set of prints that are drawn when they are asked for.

    The same number is the same print, bit for bit, whatever the order and `count`. Raises RequestError where `path` is
    given, since nothing is read, and where `size` is below 8 pixels, less than three ridges.
    """
    if path is not None:
        raise RequestError("Synthetic prints are drawn, not read.", where=str(path), hint="Leave the path out.")
    if min(size) < SMALLEST:
        raise RequestError(f"A print of {size[0]}x{size[1]} pixels shows no ridges.", hint=f"Take {SMALLEST} or more.")
    return SyntheticPrints(count, impressions, Frame(*size, dpi), seed)


@dataclass(frozen=True, slots=True)
class SyntheticPrints:
    """Prints drawn on access: print i is impression i modulo `impressions` of finger i // `impressions`."""

    threadsafe: ClassVar[bool] = True
    # Another number tells caches that the same options draw other prints than before.
    fingerprint: ClassVar[str] = "synthetic prints 1"

    count: int
    impressions: int
    frame: Frame
    seed: int

    def __len__(self) -> int:
        """Return the number of prints."""
        return self.count

    def __getitem__(self, index: int, /) -> Sample:
        """Draw print `index`: a grey image float32 (H, W, 1), values k / 255; its class is a label."""
        index = range(self.count)[index]
        name, group = self._key(index)
        number, impression = divmod(index, self.impressions)
        finger, contact, skin = _finger(self.seed, number, self.frame)
        rng = generator(self.seed, number, impression)
        felt = touch(skin, finger, contact, self.frame, rng, grid_dpi=SENSOR_DPI)
        image = optical(felt, draw_condition(rng), self.frame.pitch, rng)
        return Sample(image[:, :, np.newaxis], name, group, {"class": finger.pattern})

    def __iter__(self) -> Iterator[Sample]:
        """Draw all prints in order."""
        return (self[index] for index in range(self.count))

    @property
    def keys(self) -> Sequence[tuple[str, str]]:
        """Id and group of every print, without drawing it."""
        return [self._key(index) for index in range(self.count)]

    def _key(self, index: int) -> tuple[str, str]:
        return f"{index:06d}", f"finger-{index // self.impressions:06d}"


@functools.lru_cache(maxsize=8)
def _finger(seed: int, number: int, frame: Frame) -> tuple[Finger, Contact, Skin]:
    """Return a finger, where it touches and its grown skin; the last few are kept for further impressions."""
    rng = generator(seed, number)
    finger = draw_finger(rng)
    contact = draw_contact(frame, rng)
    low, high = contact.reach(frame)
    return finger, contact, grow_skin(finger, low, high, rng)

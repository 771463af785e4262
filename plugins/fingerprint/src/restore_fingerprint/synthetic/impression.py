"""An impression: where and how a finger touches the sensor, and what of its skin lies under each pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore_fingerprint.synthetic.finger import Finger
from restore_fingerprint.synthetic.skin import Skin
from restore_fingerprint.synthetic.smooth import smooth_noise

INCH = 25.4
"""Millimetres."""

# How far two impressions of a finger may lie apart, in millimetres and radians, and the wobble of a contact's rim.
MOST_SHIFT = 1.0
MOST_TURN = np.deg2rad(12)
RIM = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture: height and width in pixels, and dots per inch."""

    height: int
    width: int
    dpi: float

    @property
    def pitch(self) -> float:
        """The side of a pixel in millimetres."""
        return INCH / self.dpi

    @property
    def millimetres(self) -> tuple[float, float]:
        """Height and width in millimetres."""
        return self.height * self.pitch, self.width * self.pitch

    def points(self, grid_dpi: float | None = None) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Return x (1, W) and y (H, 1) of the pixels in millimetres, y upward, the origin in the frame's middle.

        With `grid_dpi` above `dpi` they lie on the lattice of a sensor of that resolution, as in a picture that was
        shrunk by leaving out pixels.
        """
        x = (np.arange(self.width) - (self.width - 1) / 2) * self.pitch
        y = ((self.height - 1) / 2 - np.arange(self.height)) * self.pitch
        if grid_dpi is not None and grid_dpi > self.dpi:
            step = INCH / grid_dpi
            x, y = np.round(x / step) * step, np.round(y / step) * step
        return x[None, :], y[:, None]


@dataclass(frozen=True, slots=True)
class Contact:
    """The part of the skin that touches: an oval in the finger's millimetres, y upward.

    `middle`: its centre. `half`: half its width and height. `origin`: where the finger's origin lies in the frame,
    from the frame's middle, and `tilt` how it is turned against it, radians counter-clockwise.
    """

    middle: complex
    half: tuple[float, float]
    origin: complex
    tilt: float

    def reach(self, frame: Frame) -> tuple[complex, complex]:
        """Return the lower left and upper right corner, in the finger's millimetres, of what an impression may show."""
        height, width = frame.millimetres
        corners = [complex(x, y) / 2 * np.exp(-1j * self.tilt) for x in (-width, width) for y in (-height, height)]
        slack = 1.4 * MOST_SHIFT + abs(corners[0]) * np.sin(MOST_TURN)
        rim = complex(*self.half) + complex(RIM, RIM)
        low, high = self.middle - rim, self.middle + rim
        return (
            complex(
                max(low.real, min(c.real for c in corners) - slack - self.origin.real),
                max(low.imag, min(c.imag for c in corners) - slack - self.origin.imag),
            ),
            complex(
                min(high.real, max(c.real for c in corners) + slack - self.origin.real),
                min(high.imag, max(c.imag for c in corners) + slack - self.origin.imag),
            ),
        )


@dataclass(frozen=True, slots=True)
class Touch:
    """What a sensor feels at each pixel, float32 (H, W).

    `ridges`: about [-1, 1], the crest of a ridge is 1. `pores`: unit variance, sweat pores where high. `depth`:
    millimetres from the rim of the contact, negative outside. `along`: from -1 at the lower rim of the contact to 1 at
    the fingertip's.
    """

    ridges: NDArray[np.float32]
    pores: NDArray[np.float32]
    depth: NDArray[np.float32]
    along: NDArray[np.float32]


def draw_contact(frame: Frame, rng: np.random.Generator) -> Contact:
    """Return where a finger touches.

    A finger fills the frame that it was taken for, within the sizes of fingertips: 10 to 18 mm wide, up to 24 mm
    high; its pattern's middle lies about 10 mm below the upper rim, and is kept in sight.
    """
    height, width = frame.millimetres
    half_width = float(np.clip(0.9 * width * rng.normal(1, 0.09), 10, 18)) / 2
    full_height = float(np.clip(1.3 * height * rng.normal(1, 0.1), 13, 24))
    top = height / 2 - max(float(rng.uniform(0.0, 0.2)) * height, (height - full_height) / 2)
    tip = float(rng.normal(9.8, 1.1))
    core = max(top - tip, -0.42 * height)
    origin = complex(rng.normal(0.02, 0.05) * width, core)
    middle = complex(rng.normal(0, 0.4), tip - full_height / 2)
    tilt = float(np.deg2rad(np.clip(rng.normal(0, 7), -20, 20)))
    return Contact(middle, (half_width, full_height / 2), origin, tilt)


def touch(
    skin: Skin, finger: Finger, contact: Contact, frame: Frame, rng: np.random.Generator, *, grid_dpi: float | None
) -> Touch:
    """Return what lies under each pixel when the finger is put down anew: shifted by 0.4 mm, turned by 5 degrees."""
    x, y = frame.points(grid_dpi)
    turn = np.exp(-1j * (contact.tilt + np.clip(rng.normal(0, np.deg2rad(5)), -MOST_TURN, MOST_TURN)))
    shift = complex(*rng.normal(0, 0.4, 2).clip(-MOST_SHIFT, MOST_SHIFT))
    z = (x + 1j * y - shift) * turn - contact.origin
    grown = skin.coordinates(z)
    ridges = ndimage.map_coordinates(skin.ridges, grown, np.float32, order=3, prefilter=False, mode="nearest")
    pores = ndimage.map_coordinates(skin.pores, grown, np.float32, order=1, mode="nearest")
    for start, end, half in finger.creases:
        ridges -= 2 * np.exp(-((_distance(z, start, end) / half) ** 2))
    offset = z - contact.middle
    wobble = smooth_noise(rng, (frame.height, frame.width), 2.0 / frame.pitch)
    across, along = offset.real / contact.half[0], offset.imag / contact.half[1]
    # The exponent: the sides of a fingertip are a little straighter than an ellipse's.
    radius = (np.abs(across) ** 2.2 + np.abs(along) ** 2.2) ** (1 / 2.2)
    depth = (1 - radius) * min(contact.half) + np.clip(0.15 * wobble, -RIM, RIM)
    return Touch(ridges, pores, depth.astype(np.float32), along.astype(np.float32))


def _distance(z: NDArray[np.complex128], start: complex, end: complex) -> NDArray[np.float64]:
    """Return the distance of the points `z` from the straight line between `start` and `end`."""
    way = end - start
    share = np.clip(((z - start) * way.conjugate()).real / abs(way) ** 2, 0, 1)
    return np.abs(z - start - share * way)

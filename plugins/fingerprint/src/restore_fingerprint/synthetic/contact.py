"""The contact of a finger with a sensor, and the part of it inside the frame of an image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INCH = 25.4
"""Millimetres."""
RIM = 0.5
"""Maximum irregularity of a contact's rim in millimetres."""
SWOLLEN = 0.4
"""Displacement of ridges by uneven periods in millimetres, rarely exceeded (`Finger.swell`)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of an image: height and width in pixels, and resolution in dpi."""

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

    def points(self, lattice: float | None = None) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Return x (1, W) and y (H, 1) of the pixels in millimetres, y upward, the origin at the frame's centre.

        With a `lattice` of higher resolution, in dpi, they are rounded to it, as in an image that was reduced by
        dropping pixels.
        """
        x = (np.arange(self.width) - (self.width - 1) / 2) * self.pitch
        y = ((self.height - 1) / 2 - np.arange(self.height)) * self.pitch
        if lattice is not None and lattice > self.dpi:
            step = INCH / lattice
            x, y = np.round(x / step) * step, np.round(y / step) * step
        return x[None, :], y[:, None]


@dataclass(frozen=True, slots=True)
class Placing:
    """The statistics of fingers placed on a sensor, in millimetres and radians.

    `window`: height and width of the sensor. Means and standard deviations: `tip`, of the distance from the centre of
    the pattern to the upper rim of a contact; `width`, `height`, of a whole contact; `top`, of the gap between the
    upper rims of window and contact, negative where the tip lies outside. Standard deviations: `aside`, of the lateral
    offset of a contact from the window; `tilt`, of a finger's rotation; `shift`, `turn`, of the translation and
    rotation of an impression relative to its finger; `pressure`, of the logarithm of the size of an impression relative
    to the whole contact; `drag`, of the skin's distortion.
    """

    window: tuple[float, float]
    tip: tuple[float, float]
    width: tuple[float, float]
    height: tuple[float, float]
    top: tuple[float, float]
    aside: float
    tilt: float
    shift: float
    turn: float
    pressure: float
    drag: float

    @property
    def most_shift(self) -> float:
        """Maximum translation of an impression relative to its finger."""
        return 2.0 * self.shift

    @property
    def most_turn(self) -> float:
        """Maximum rotation of an impression relative to its finger."""
        return 2.0 * self.turn


@dataclass(frozen=True, slots=True)
class Contact:
    """The largest contact area of a finger: an oval in the finger's coordinates in millimetres, y upward.

    `middle`: its centre. `half`: half its width and height. `origin`: the finger's origin relative to the frame's
    centre. `tilt`: the rotation of the finger relative to the frame, radians counter-clockwise.
    """

    middle: complex
    half: tuple[float, float]
    origin: complex
    tilt: float

    def reach(self, frame: Frame, placing: Placing) -> tuple[complex, complex]:
        """Return the lower left and upper right corner of the area that impressions may show, in finger coordinates."""
        height, width = frame.millimetres
        corners = [
            (complex(x, y) / 2 - self.origin) * np.exp(-1j * self.tilt)
            for x in (-width, width)
            for y in (-height, height)
        ]
        farthest = max(abs(corner) for corner in corners)
        slack = 1.4 * placing.most_shift + farthest * np.sin(placing.most_turn) + 2 * placing.drag + SWOLLEN
        rim = complex(*self.half) + complex(1, 1) * (RIM + SWOLLEN)
        low, high = self.middle - rim, self.middle + rim
        left, right = min(c.real for c in corners) - slack, max(c.real for c in corners) + slack
        bottom, top = min(c.imag for c in corners) - slack, max(c.imag for c in corners) + slack
        corner = complex(min(max(low.real, left), high.real - 1), min(max(low.imag, bottom), high.imag - 1))
        return corner, complex(max(min(high.real, right), corner.real + 1), max(min(high.imag, top), corner.imag + 1))


def draw_contact(frame: Frame, placing: Placing, rng: np.random.Generator) -> Contact:
    """Return a random contact.

    A frame smaller than the sensor's window shows a random part of it, preferably of the finger; a larger frame shows
    the empty sensor around it.
    """
    half_width = float(np.clip(rng.normal(*placing.width), 0.7 * placing.width[0], 1.4 * placing.width[0])) / 2
    full_height = float(np.clip(rng.normal(*placing.height), 0.7 * placing.height[0], 1.4 * placing.height[0]))
    tip = float(rng.normal(*placing.tip))
    middle = complex(rng.normal(0, 0.4), tip - full_height / 2)
    tilt = float(np.clip(rng.normal(0, placing.tilt), -2.5 * placing.tilt, 2.5 * placing.tilt))
    top = placing.window[0] / 2 - float(rng.normal(*placing.top))
    # The finger is rotated about the centre of its contact.
    centre = complex(rng.normal(0, placing.aside), top - full_height / 2)
    origin = centre - middle * np.exp(1j * tilt)
    spare = [max(0.0, whole - shown) / 2 for whole, shown in zip(placing.window, frame.millimetres, strict=True)]
    # At most three quarters of the way to the contact's rim: most of the visible area is finger.
    wide, high = min(spare[1], 0.75 * half_width), min(spare[0], 0.375 * full_height)
    look = complex(rng.uniform(-1, 1) * wide, rng.uniform(-1, 1) * high)
    towards = centre if spare[0] and spare[1] else 0j
    seen = complex(
        float(np.clip((look + towards).real, -spare[1], spare[1])),
        float(np.clip((look + towards).imag, -spare[0], spare[0])),
    )
    return Contact(middle, (half_width, full_height / 2), complex(origin - seen), tilt)

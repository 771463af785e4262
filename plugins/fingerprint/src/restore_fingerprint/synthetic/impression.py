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

    def points(self, grid_dpi: float | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x (1, W) and y (H, 1) of the pixels in millimetres, y upward, the origin in the frame's middle.

        With `grid_dpi` they lie on the coarser or finer lattice of a sensor of that resolution, as in a picture that
        was shrunk by leaving out pixels.
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
    from the frame's middle.
    """

    middle: complex
    half: tuple[float, float]
    origin: complex

    def reach(self, frame: Frame) -> tuple[complex, complex]:
        """Return the lower left and upper right corner, in the finger's millimetres, of what an impression may show."""
        half = complex(*self.half) + complex(0.5, 0.5)
        height, width = frame.millimetres
        seen = 0.55 * complex(width, height) + complex(1, 1) + 0.1j * width + 0.1 * height
        low, high = self.middle - half, self.middle + half
        return (
            complex(max(low.real, (-seen - self.origin).real), max(low.imag, (-seen - self.origin).imag)),
            complex(min(high.real, (seen - self.origin).real), min(high.imag, (seen - self.origin).imag)),
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
    high; its pattern's middle lies about 9 mm below the upper rim, and is kept in sight.
    """
    height, width = frame.millimetres
    half_width = float(np.clip(0.86 * width * rng.normal(1, 0.08), 10, 18)) / 2
    full_height = float(np.clip(1.3 * height, 15, 24))
    top = height / 2 - max(float(rng.uniform(0.0, 0.2)) * height, (height - full_height) / 2)
    tip = float(rng.normal(9.0, 0.8))
    core = max(top - tip, -0.36 * height)
    origin = complex(rng.normal(0.02, 0.05) * width, core)
    middle = complex(rng.normal(0, 0.4), tip - full_height / 2)
    return Contact(middle, (half_width, full_height / 2), origin)


def touch(
    skin: Skin, finger: Finger, contact: Contact, frame: Frame, rng: np.random.Generator, *, grid_dpi: float | None
) -> Touch:
    """Return what lies under each pixel when the finger is put down anew: shifted by 0.4 mm, turned by 5 degrees."""
    x, y = frame.points(grid_dpi)
    turn = np.exp(-1j * np.deg2rad(np.clip(rng.normal(0, 5), -12, 12)))
    shift = complex(*rng.normal(0, 0.4, 2).clip(-1, 1))
    z = (x + 1j * y - shift) * turn - contact.origin
    grown = skin.coordinates(z)
    sampled = [ndimage.map_coordinates(layer, grown, order=3, prefilter=False, mode="nearest") for layer in skin.layers]
    offset = z - contact.middle
    wobble = smooth_noise(rng, (frame.height, frame.width), 2.0 / frame.pitch)
    across, along = offset.real / contact.half[0], offset.imag / contact.half[1]
    # Exponents: the sides of a fingertip are straighter than an ellipse's.
    radius = (np.abs(across) ** 2.6 + np.abs(along) ** 2.3) ** (1 / 2.45)
    depth = (1 - radius) * min(contact.half) + 0.15 * wobble
    return Touch(sampled[0], sampled[1], depth.astype(np.float32), along.astype(np.float32))

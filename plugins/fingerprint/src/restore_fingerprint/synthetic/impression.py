"""An impression: the placement of a finger, and the skin under each pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore_fingerprint.synthetic.contact import RIM, Contact, Frame, Placing
from restore_fingerprint.synthetic.creases import press_creases
from restore_fingerprint.synthetic.distortion import Distortion, Points, draw_distortion
from restore_fingerprint.synthetic.finger import Finger
from restore_fingerprint.synthetic.skin import Skin
from restore_fingerprint.synthetic.smooth import smooth_noise


@dataclass(frozen=True, slots=True)
class Motion:
    """The map between a finger and the frame of an impression: a distortion of the skin and a rigid motion.

    Points are complex, in millimetres, y upward, relative to the centre of the pattern and to that of the frame. The
    distortion maps a position to the point of the relaxed finger that was dragged there, so that pixels need no
    inverse; the family of maps is the same in either direction.
    """

    origin: complex
    turn: float
    distortion: Distortion

    def to_frame(self, z: Points) -> Points:
        """Return the positions in the frame of the finger's points `z`."""
        return np.asarray(self.distortion.undo(z) * np.exp(1j * self.turn) + self.origin)

    def to_finger(self, z: Points) -> Points:
        """Return the finger's points at the frame's positions `z`."""
        return self.distortion.apply((z - self.origin) * complex(np.exp(-1j * self.turn)))


@dataclass(frozen=True, slots=True)
class Impression:
    """One placement of a finger: its motion, and the oval of its contact in finger coordinates, in millimetres.

    `middle`, `half`: centre, half width and half height of the oval. `roundness`: exponent of the superellipse, 2 for
    an ellipse. `creases`: depth of the creases, in units of half a ridge's height.
    """

    motion: Motion
    middle: complex
    half: tuple[float, float]
    roundness: float
    creases: float


@dataclass(frozen=True, slots=True)
class Touch:
    """The skin under each pixel, float32 (H, W).

    `ridges`: relief, about [-1, 1], 1 on the crest of a ridge, lower in creases. `pores`: unit variance, high at sweat
    pores. `beads`: unit variance, the granularity of ridges. `depth`: millimetres from the rim of the contact, negative
    outside. `across`, `along`: from -1 at the left and lower rim of the contact to 1 at the right and upper rim.
    """

    ridges: NDArray[np.float32]
    pores: NDArray[np.float32]
    beads: NDArray[np.float32]
    depth: NDArray[np.float32]
    across: NDArray[np.float32]
    along: NDArray[np.float32]


def draw_impression(contact: Contact, placing: Placing, rng: np.random.Generator) -> Impression:
    """Return a random impression: translated, rotated, pressed more or less, and distorted."""
    shift, turn = placing.most_shift, placing.most_turn
    origin = contact.origin + complex(*rng.normal(0, placing.shift, 2).clip(-shift, shift))
    tilt = contact.tilt + float(np.clip(rng.normal(0, placing.turn), -turn, turn))
    # Light pressure makes a smaller contact; a finger rolls slightly forward, backward and sideways.
    pressed = np.exp(-np.abs(rng.normal(0, placing.pressure, 2)))
    middle = contact.middle + complex(*(rng.normal(0, 0.3, 2) * (1 - pressed) * contact.half))
    half = (contact.half[0] * float(pressed[0]), contact.half[1] * float(pressed[1]))
    distortion = draw_distortion(half, placing.drag, rng)
    motion = Motion(origin, tilt, replace(distortion, middle=distortion.middle + middle))
    return Impression(motion, middle, half, float(rng.uniform(2.0, 2.6)), float(rng.uniform(1, 3)))


def touch(
    skin: Skin, finger: Finger, impression: Impression, frame: Frame, rng: np.random.Generator, *, lattice: float | None
) -> Touch:
    """Return the skin under each pixel; `lattice` as in `Frame.points`."""
    x, y = frame.points(lattice)
    # Single precision resolves a millionth of a millimetre and is twice as fast.
    z = impression.motion.to_finger((x + 1j * y).astype(np.complex64))
    grown = skin.coordinates(z)
    ridges = ndimage.map_coordinates(skin.ridges, grown, np.float32, order=3, prefilter=False, mode="nearest")
    pores = ndimage.map_coordinates(skin.pores, grown, np.float32, order=1, mode="nearest")
    beads = ndimage.map_coordinates(skin.beads, grown, np.float32, order=1, mode="nearest")
    press_creases(ridges, finger.creases, z, impression.creases)
    wobble = smooth_noise(rng, (frame.height, frame.width), 2.0 / frame.pitch)
    offset = z - impression.middle
    across, along = offset.real / impression.half[0], offset.imag / impression.half[1]
    power = impression.roundness
    radius = (np.abs(across) ** power + np.abs(along) ** power) ** (1 / power)
    depth = (1 - radius) * min(impression.half) + np.clip(0.15 * wobble, -RIM, RIM)
    return Touch(ridges, pores, beads, *(layer.astype(np.float32) for layer in (depth, across, along)))

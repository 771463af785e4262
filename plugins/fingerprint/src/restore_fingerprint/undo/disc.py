"""A disc that was turned, found and turned back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import softmax

from restore_fingerprint.undo.inverse import Lattice, solve, solve_at
from restore_fingerprint.undo.traces import Trace, find_trace
from restore_fingerprint.undo.turns import Turn, lattice_points, possible_turns, strips

SCAR = 5
"""Pixels inside the rim that a scar covers, in a disc of `USUAL`."""
USUAL = 26.0
"""Radius in pixels of such a disc."""
BEYOND = 2.0
"""Pixels by which it reaches beyond the rim, in the mean, so that what is found is larger than the disc."""
LEAST = 14.0
"""Radius in pixels of the least disc that is turned back: a smaller one is mostly scar."""
LARGEST = 64.0
"""Radius of the largest: of larger ones there are thousands of turns, and all are looked at."""
STRONG = 1.4
"""Strength of the traces below which nothing is turned back."""
ERROR = 3.5
"""Pixels by which the centre of what was found lies beside that of the disc, at most, in a disc of `USUAL`."""

OFF = 1.5
"""Standard deviation of either coordinate of it."""

Floats = NDArray[np.float64]
Choose = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""How well each turn goes with its surroundings, (N,), as a logit, given its strips."""


@dataclass(frozen=True, slots=True)
class Disc:
    """Where a disc lies: row and column of its centre, and its radius, in pixels."""

    centre: Floats
    radius: float

    def within(self, shape: tuple[int, int], less: float = 0.0) -> NDArray[np.bool_]:
        """Return its pixels in an image of `shape` (H, W), without those closer than `less` to its rim."""
        rows, columns = np.ogrid[: shape[0], : shape[1]]
        inside: NDArray[np.bool_] = np.hypot(rows - self.centre[0], columns - self.centre[1]) < self.radius - less
        return inside

    @property
    def scale(self) -> float:
        """Return how large it is, compared with the discs on which the scars were measured, at least 1."""
        return max(1.0, self.radius / USUAL)


@dataclass(frozen=True, slots=True)
class Undone:
    """A disc turned back.

    `image`: float32 (H, W, C), the disc in its place. `moved`: bool (H, W), its pixels; `missing`, likewise, those that a
    scar covers, or that left the disc. `angle`: by which it had been turned, in degrees, counter-clockwise. `sure`:
    the probability of that turn.
    """

    image: NDArray[np.float32]
    moved: NDArray[np.bool_]
    missing: NDArray[np.bool_]
    disc: Disc
    angle: float
    sure: float
    residual: float


def disc_in(found: NDArray[np.bool_]) -> Disc | None:
    """Return the disc of which most of what was found, bool (H, W), consists, None where there is none."""
    labels, count = ndimage.label(ndimage.binary_fill_holes(found), np.ones((3, 3)))
    if not count:
        return None
    sizes = np.bincount(labels.ravel())[1:]
    largest = labels == 1 + sizes.argmax()
    scarred = Disc(np.array(ndimage.center_of_mass(largest)), float(np.sqrt(sizes.max() / np.pi)))
    return Disc(scarred.centre, max(scarred.radius - BEYOND * scarred.scale, 1.0))


@dataclass(frozen=True, slots=True)
class Turned:
    """A disc with its traces: what may be undone. `lattice` holds its clear part, `whole` that below the scar, too."""

    disc: Disc
    lattice: Lattice
    whole: Lattice
    strength: float

    def turns(self) -> list[Turn]:
        """Return the ways in which it may have been turned."""
        return possible_turns(self.lattice, self.disc.centre, ERROR * self.disc.scale)

    def strips(self, image: NDArray[np.float32], turns: Sequence[Turn]) -> NDArray[np.float32]:
        """Return the surroundings of its rim in an image (H, W, C), any values, after each turn, as `turns.strips` does."""
        return strips(image.mean(axis=-1, dtype=np.float64), self.whole, turns, self.disc.radius)


def look_at(image: NDArray[np.float32], disc: Disc) -> Turned | None:
    """Return a disc of an image (H, W, C) in [0, 1] with its traces, None where nothing was resampled."""
    clear = disc.within(image.shape[:2], SCAR * disc.scale)
    trace = find_trace(image.mean(axis=-1, dtype=np.float64), clear)
    if trace is None or trace.strength < STRONG:
        return None
    lattice = solve(image, clear, trace)
    settled = Trace(trace.angle, lattice.phase, trace.strength)
    whole = solve_at(image, disc.within(image.shape[:2], -0.5), settled)
    return Turned(disc, lattice, whole, trace.strength)


def turn_back(image: NDArray[np.float32], found: NDArray[np.bool_], choose: Choose) -> Undone | None:
    """Return an image (H, W, C) in [0, 1] with a disc turned back, if most of what was found in it is one.

    `found`: bool (H, W). None where it is too small or too large, or shows no traces of a turn.
    """
    disc = disc_in(found)
    if disc is None or not LEAST <= disc.radius <= LARGEST:
        return None
    turned = look_at(image, disc)
    if turned is None:
        return None
    turns = turned.turns()
    if not turns:
        return None
    away = [np.hypot(*(one.centre - disc.centre)) / (OFF * disc.scale) for one in turns]
    likely = softmax(choose(turned.strips(image, turns)) - np.square(away) / 2)
    best = int(likely.argmax())
    return _undone(image, found, turned, turns[best], float(likely[best]))


def _undone(image: NDArray[np.float32], found: NDArray[np.bool_], turned: Turned, turn: Turn, sure: float) -> Undone:
    disc = Disc(turn.centre, turned.disc.radius)
    inside = disc.within(found.shape)
    places = np.argwhere(inside)
    rows, columns = lattice_points(turned.lattice, turn, places.astype(np.float64)).round().astype(np.intp).T
    height, width = turned.lattice.known.shape
    within = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    rows, columns, places = rows[within], columns[within], places[within]
    known = turned.lattice.known[rows, columns]
    there = tuple(places[known].T)
    moved = np.zeros(found.shape, np.bool_)
    moved[there] = True
    back = image.copy()
    back[there] = turned.lattice.pixels[rows[known], columns[known]]
    angle = (turned.lattice.angle + 90 * turn.quarters + 180) % 360 - 180
    return Undone(back, moved, (found | inside) & ~moved, disc, float(angle), sure, turned.lattice.residual)

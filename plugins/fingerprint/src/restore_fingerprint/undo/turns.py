"""Where a disc may belong: by which quarter turn and by how many whole pixels its lattice lies off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from restore_fingerprint.undo.inverse import Lattice, quarter

BESIDE = 16
"""Pixels on either side of the rim that are compared."""
AROUND = 160
"""Places around the rim at which they are."""
RADIUS = 26.0
"""Radius of discs up to which a strip has a row for each pixel; those of larger discs are as wide relative to them."""
KNOWN = 0.6
"""Share of the four pixels between which a point lies that have to be known."""
NO_TURN = 0.02
"""Determinant of a turn, less one, below which it has no centre: hardly anything was turned."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turn:
    """One way in which a disc may have been turned: quarter turns and a shift beyond what its traces tell.

    `shift`: float64 (2,), whole pixels. `centre`: row and column about which the disc was turned, for them to be right.
    """

    quarters: int
    shift: Floats
    centre: Floats


def possible_turns(lattice: Lattice, centre: Floats, error: float) -> list[Turn]:
    """Return the ways in which a disc may have been turned about a centre that is known up to `error` pixels."""
    found = []
    span = np.arange(-int(np.ceil(2 * error)) - 1, int(np.ceil(2 * error)) + 2)
    steps = np.stack(np.meshgrid(span, span, indexing="ij"), axis=-1).reshape(-1, 2)
    for quarters in range(4):
        turn, phase = lattice.source(quarters, np.zeros(2))
        moves = np.eye(2) - turn
        if abs(np.linalg.det(moves)) < NO_TURN:
            continue
        shifts = np.round(centre - turn @ centre - phase) + steps
        centres = np.linalg.solve(moves, (shifts + phase).T).T
        near = np.hypot(*(centres - centre).T) <= error
        found += [Turn(quarters, shift, about) for shift, about in zip(shifts[near], centres[near], strict=True)]
    return found


def strips(image: Floats, lattice: Lattice, turns: Sequence[Turn], radius: float) -> NDArray[np.float32]:
    """Return the surroundings of the rim, as they would be after each of N turns, float32 (N, 32, 160, 2).

    `image`: (H, W), any values; `radius` of the disc in pixels. The rows go outwards, from the disc turned back to the
    image around it. Channels: the values, standardised over all strips, 0 where they are unknown, and whether they are known.
    """
    step = max(1.0, radius / RADIUS)
    around = np.arange(AROUND) * 2 * np.pi / AROUND
    distances = radius + step * (0.5 + np.arange(-BESIDE, BESIDE))
    rays = distances[:, None, None] * np.stack([np.sin(around), np.cos(around)], axis=-1)
    pixels, everywhere = lattice.pixels.mean(axis=-1, dtype=np.float64), np.ones(image.shape, np.bool_)
    seen = np.empty((len(turns), 2 * BESIDE, AROUND, 2), np.float32)
    for strip, turn in zip(seen, turns, strict=True):
        places = turn.centre + rays
        back = lattice_points(lattice, turn, places[:BESIDE])
        parts = _sampled(pixels, lattice.known, back), _sampled(image, everywhere, places[BESIDE:])
        strip[..., 0], strip[..., 1] = (np.concatenate(both) for both in zip(*parts, strict=True))
    values, known = seen[..., 0], seen[..., 1]
    share = max(float(known.mean()), 1e-9)
    np.subtract(values, values.mean() / share, out=values, where=known > 0)
    values /= np.sqrt(np.square(values).mean() / share) + 0.05
    return seen


def lattice_points(lattice: Lattice, turn: Turn, places: Floats) -> Floats:
    """Return where, in the lattice, the pixels lie that belong at `places` (…, 2) of the image."""
    back: Floats = (places - turn.shift) @ quarter(turn.quarters) - lattice.corner  # a row times Q is its inverse
    return back


def _sampled(image: Floats, known: NDArray[np.bool_], points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the values of an image (H, W) at points (…, 2), interpolated, and whether they are known."""
    at = np.moveaxis(points, -1, 0)
    weight = ndimage.map_coordinates(known.astype(np.float64), at, order=1, mode="constant")
    values = ndimage.map_coordinates(np.where(known, image, 0), at, order=1, mode="constant")
    seen = weight > KNOWN
    return np.where(seen, values / np.maximum(weight, KNOWN), 0), seen

"""The pixels between which a turned disc was interpolated, solved for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.alterations.resample import Sampling, bilinear
from restore_fingerprint.undo.traces import Trace, rotation

KNOWN = 0.3
"""Least weight that the interpolated pixels give to one that counts as known."""
STEPS = (0.1, 0.04)
"""Pixels by which the phase is moved, in turn, as long as the solution improves."""
MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1))
BETTER = 0.98
"""Residual, relative to that before, from which a move counts as an improvement."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lattice:
    """The pixels between which a disc was interpolated, before it is known where they belong.

    `pixels`: float32 (h, w, C) in [0, 1]. `known`: bool (h, w). `corner`: row and column of its first pixel. `residual`:
    how far the solution leaves [0, 1], as a mean square: next to nothing where `phase` and angle are right.
    """

    pixels: NDArray[np.float32]
    known: NDArray[np.bool_]
    corner: NDArray[np.int_]
    angle: int
    phase: Floats
    residual: float

    def source(self, quarters: int, shift: Floats) -> tuple[Floats, Floats]:
        """Return the matrix and the offset by which a pixel of the disc is taken to where it came from."""
        turn = quarter(quarters)
        return turn @ rotation(self.angle), turn @ self.phase + shift


def quarter(quarters: int) -> Floats:
    """Return the rotation by quarter turns, exact."""
    return rotation(90 * quarters).round()


def solve(image: NDArray[np.float32], region: NDArray[np.bool_], trace: Trace) -> Lattice:
    """Return what a region, bool (H, W), of an image (H, W, C) in [0, 1] was interpolated from, given its trace.

    Sub-pixel phases are moved until the solution leaves [0, 1] least, by what is known to be impossible of an image.
    """
    values, places = image[region], np.argwhere(region)
    phase, best = trace.phase, _solved(values, places, trace.angle, trace.phase)
    for step in STEPS:
        moved = True
        while moved:
            moved = False
            for move in MOVES:
                tried = phase + np.multiply(step, move)
                solved = _solved(values, places, trace.angle, tried)
                if solved.residual < BETTER * best.residual:
                    phase, best, moved = tried, solved, True
    return best


def solve_at(image: NDArray[np.float32], region: NDArray[np.bool_], trace: Trace) -> Lattice:
    """Return what a region, bool (H, W), of an image (H, W, C) in [0, 1] was interpolated from, at exactly this phase."""
    return _solved(image[region], np.argwhere(region), trace.angle, trace.phase)


def _solved(values: NDArray[np.float32], places: NDArray[np.int_], angle: int, phase: Floats) -> Lattice:
    """Return the lattice of pixels from which `values` (M, C) at `places` (M, 2) were interpolated."""
    points = places @ rotation(angle).T + phase
    corner = np.floor(points.min(axis=0)).astype(np.int_)
    rows, columns = (points - corner).T
    shape = int(rows.max()) + 2, int(columns.max()) + 2
    target = np.zeros(shape, np.bool_)  # as many rows as there are values, wherever they lie
    sampling: Sampling = bilinear(target, rows, columns)
    weight = np.asarray(sampling.matrix.sum(axis=0)).reshape(shape)
    known = weight > KNOWN
    spread = (sampling.matrix.T @ values).reshape(*shape, -1) / np.maximum(weight, 1e-9)[..., None]
    solved = sampling.solve(values, spread.astype(np.float32), clip=False)
    beyond = np.maximum(0, np.maximum(-solved, solved - 1))
    residual = float((beyond**2 * weight[..., None]).sum() / weight.sum() / values.shape[1])
    return Lattice(np.clip(solved, 0, 1), known, corner, angle, phase, residual)

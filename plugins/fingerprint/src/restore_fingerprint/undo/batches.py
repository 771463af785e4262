"""What the rim's network learns from: discs of clean prints turned by us, so that the right turn is known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.api import TrainingBatch
from restore_fingerprint.alterations.rotation import rotation as turn_a_disc
from restore_fingerprint.undo.disc import Disc, Turned, look_at
from restore_fingerprint.undo.inverse import quarter
from restore_fingerprint.undo.rim import TURNS
from restore_fingerprint.undo.traces import rotation
from restore_fingerprint.undo.turns import AROUND, BESIDE, Turn

DISCS = 3
"""Discs in a batch, at most: solving for one takes as long as training on it."""
CLOSE = 2
"""Pixels up to which a shift is close to the right one, and hard to tell from it."""
CLOSER = TURNS // 2
"""Turns in a batch that are close to the right one, at most."""
OFF, LARGER = 1.2, 1.5
"""Standard deviation in pixels of the error with which a disc's centre and its radius are found."""
TRIES = 2
"""Discs that are tried for each one in a batch: some show no traces."""
MISSED = 0.3
"""Pixels by which a phase may miss the right one."""


def around_rims(batch: TrainingBatch) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Return strips (N, 32, 160, 2) of the turns of some discs, and `turn` (N, 1), which of them is right."""
    seen = np.zeros((DISCS, TURNS, 2 * BESIDE, AROUND, 2), np.float32)
    right = np.zeros((DISCS, TURNS, 1), np.float32)
    images = batch.rng.permutation(len(batch.clean))[: DISCS * TRIES]
    drawn = (_disc(batch.clean[i], batch.rng) for i in images)
    for number, strips in zip(range(DISCS), (one for one in drawn if one is not None), strict=False):
        order = batch.rng.permutation(TURNS)
        seen[number], right[number, order.argmin()] = _varied(strips, batch.rng)[order], 1
    return seen.reshape(-1, *seen.shape[2:]), {"turn": right.reshape(-1, 1)}


def _varied(strips: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return strips that begin anywhere, go either way round, and have more or less contrast."""
    strips = np.roll(strips, int(rng.integers(strips.shape[2])), axis=2)
    strips = strips[:, :, :: 1 if rng.random() < 0.5 else -1]
    return strips * np.array([rng.uniform(0.8, 1.2), 1], np.float32)


def _disc(clean: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32] | None:
    """Return the strips of the turns of a disc of a clean print, (16, 32, 160, 2), the right one first."""
    level = {"radius": 0.3, "least": 80, "most": 180} if rng.random() < 0.5 else {"least": 60, "most": 120}
    altered = turn_a_disc(clean, rng, **level)
    centre = altered.truth["centre"].astype(np.float64)
    found = Disc(centre + rng.normal(0, OFF, 2), float(altered.truth["radius"][0] + rng.normal(0, LARGER)))
    turned = look_at(altered.image, found)
    angle = int(altered.truth["angle"][0]) % 360
    if turned is None or turned.lattice.angle != angle % 90:
        return None
    turns = _to_tell_apart(turned, angle // 90, centre - rotation(angle) @ centre, rng)
    return turned.strips(altered.image, turns) if turns else None


def _to_tell_apart(turned: Turned, quarters: int, offset: NDArray[np.float64], rng: np.random.Generator) -> list[Turn]:
    """Return turns of a disc, the right one first: quarter turns, and `offset` after the rotation about (0, 0)."""
    exact = offset - quarter(quarters) @ turned.lattice.phase
    shift = exact.round()
    if np.abs(exact - shift).max() > MISSED:
        return []
    turns = turned.turns()
    away = [(one.quarters != quarters) * 99 + float(np.abs(one.shift - shift).max()) for one in turns]
    right, close, far = (
        [one for one, far in zip(turns, away, strict=True) if low <= far < high]
        for low, high in ((0, 0.5), (0.5, CLOSE + 0.5), (CLOSE + 0.5, np.inf))
    )
    close, far = ([some[i] for i in rng.permutation(len(some))] for some in (close, far))
    chosen = [*right, *close[:CLOSER], *far]
    return chosen[:TURNS] if right and len(chosen) >= TURNS else []

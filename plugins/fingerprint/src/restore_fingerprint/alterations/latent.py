"""The latent print: lifted from a surface, smudged and faint, on a structured background."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import ndimage

from restore.api import Damaged
from restore_fingerprint.alterations.grey import check_size, grain_of, ink_of, round_grey, scale_of
from restore_fingerprint.alterations.noise import gradient_noise


def latent(
    image: NDArray[np.float32],
    rng: np.random.Generator,
    *,
    contrast: Annotated[float, Field(gt=0, le=1, description="remaining contrast of the ridges")] = 0.5,
    background: Annotated[float, Field(ge=0, le=1, description="strength of stains and lines on the surface")] = 0.35,
    smudge: Annotated[float, Field(ge=0, le=20, description="length of the smudge in ridge periods")] = 1.0,
    grain: Annotated[float, Field(ge=0, le=1, description="standard deviation of the powder's grain")] = 0.06,
) -> Damaged:
    """Turn a print into a latent one: smudged in patches, faint and grainy, over stains and lines of the surface.

    The print is float32 (H, W, C) in [0, 1]. The mask is true everywhere. `truth`: `contrast`; `direction` float32
    (1,), that of the smudge in degrees, counter-clockwise.
    """
    check_size(image, "latent")
    shape = image.shape[:2]
    ridge, scale = 3.16 * grain_of(image), scale_of(image)
    ink = ink_of(image)
    turn = float(rng.uniform(0, np.pi))
    patches = np.clip(0.5 + gradient_noise(shape, 30 * scale, rng, octaves=2) / 0.3, 0, 1)[..., np.newaxis]
    smudged = ink + (_slide(ink, smudge * ridge, turn) - ink) * patches
    deposit = np.clip(0.7 + gradient_noise(shape, 22 * scale, rng, octaves=4) / 0.4, 0.15, 1)[..., np.newaxis]
    surface = _surface(shape, scale, rng)[..., np.newaxis] * background
    paper = 0.92 - 0.25 * background
    grey = paper - surface - contrast * smudged * deposit + rng.normal(0, grain, (*shape, 1))
    damaged = round_grey(np.broadcast_to(grey, image.shape).astype(np.float32))
    truth = {"contrast": contrast, "direction": np.array([np.rad2deg(turn)], np.float32)}
    return Damaged(damaged, np.ones(shape, bool), truth)


def _slide(ink: NDArray[np.float32], length: float, turn: float) -> NDArray[np.float32]:
    """Return ink (H, W, C) smeared by `length` pixels along a direction."""
    half = max(1, int(np.ceil(length / 2)))
    kernel = np.zeros((2 * half + 1, 2 * half + 1))
    steps = np.linspace(-length / 2, length / 2, 8 * half)
    at = np.rint(half + np.stack([-steps * np.sin(turn), steps * np.cos(turn)])).astype(np.intp)
    np.add.at(kernel, tuple(at), 1 / len(steps))
    smeared: NDArray[np.float32] = ndimage.convolve(ink, kernel[..., np.newaxis].astype(np.float32), mode="nearest")
    return smeared


def _surface(shape: tuple[int, int], scale: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the structure of the surface, float64 (H, W), 0 where blank: stains, and ruled lines as on a form."""
    stains = np.clip(gradient_noise(shape, 40 * scale, rng, octaves=5) / 0.5, 0, 1)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    turn = rng.uniform(0, np.pi)
    along = rows * np.cos(turn) + columns * np.sin(turn) + rng.uniform(0, 100)
    apart = rng.uniform(25, 60) * scale
    lines = np.clip(1.2 * scale - np.abs((along % apart) - apart / 2), 0, 1)
    drawn: NDArray[np.float64] = stains + 0.8 * lines
    return drawn

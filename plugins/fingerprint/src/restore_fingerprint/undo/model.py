"""The model: what is found is turned back where that can be told, all else is filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Network, assemble_model, build_model
from restore_fingerprint.undo.batches import around_rims
from restore_fingerprint.undo.disc import Undone, turn_back
from restore_fingerprint.undo.rim import among_turns, rim

BASE = "find-restore"
SURE = 0.9
"""Probability of a turn below which its disc is filled instead: turned back wrongly it is worse than grey."""
POSSIBLE = 0.005
"""Residual above which a solution is none: it leaves [0, 1] too far."""
RIM = "rim"
INTERVAL = 0.1
"""How far most values of a disc turned back rightly lie from the truth: it is solved for, from rounded values."""

SAID = {"undone": 1, "angle": 1, "centre": 2, "residual": 1}
"""What is said of a disc, and by how many numbers."""

Array = NDArray[np.float32]


def undo(
    shape: tuple[int | None, int | None, int],
    *,
    variant: Annotated[Literal["tiny", "base", "large"], Field(description="size of finder and restorer")] = "base",
) -> Network:
    """Return `find-restore` with a network more, `rim`, that tells how a disc of a print was turned.

    `shape`: (H, W, C), of which C alone matters. Outputs as those of `find-restore`, and of a disc turned back `undone`
    (N, 1), the probability that it was turned as said, `angle` (N, 1) in degrees, counter-clockwise, `centre` (N, 2), row
    and column in pixels, and `residual` (N, 1), how far the solution leaves [0, 1]; all 0 where none was.
    """
    return assemble({**build_model(BASE, shape, variant=variant).models, RIM: rim()})


def assemble(parts: Mapping[str, Any]) -> Network:
    """Return the model around its networks, Keras' or exported ones."""
    base = assemble_model(BASE, {name: part for name, part in parts.items() if name != RIM})
    return Network(
        parts,
        restore=Undoing(base, parts[RIM]),
        batches={**base.batches, RIM: around_rims},
        losses={**base.losses, "turn": among_turns},
        calibrate=base.calibrate,
        notes=in_words,
    )


@dataclass(frozen=True, slots=True)
class Undoing:
    """Restoration that turns discs back before it fills what is missing."""

    base: Network
    rim: Any

    def __call__(self, images: Array, masks: NDArray[np.bool_] | None) -> dict[str, Array]:
        """Return what `find-restore` returns for images (N, H, W, C) in [0, 1], and what was undone.

        Within given `masks`, (N, H, W), nothing is undone.
        """
        assert self.base.restore is not None
        outputs = dict(self.base.restore(images, masks))
        outputs |= {name: np.zeros((len(images), numbers), np.float32) for name, numbers in SAID.items()}
        if masks is not None:
            return outputs
        for i, image in enumerate(images):
            undone = turn_back(image, outputs["mask"][i, ..., 0] > 0.5, self.choose)
            if undone is not None and undone.sure > SURE and undone.residual < POSSIBLE:
                filled = self.base.restore(undone.image[None], undone.missing[None])
                for name, value in _with_disc(filled, undone).items():
                    outputs[name][i] = value
        return outputs

    def choose(self, strips: Array) -> Array:
        """Return how well each of N turns goes with its surroundings, (N,), given its strips (N, 32, 160, 2)."""
        return np.asarray(self.rim.predict_on_batch(strips)["turn"])[:, 0]


def _with_disc(filled: Mapping[str, Array], undone: Undone) -> dict[str, Array]:
    """Return the outputs for one image, what was filled and what was turned back together."""
    outputs = {name: value[0].copy() for name, value in filled.items()}
    moved = undone.moved
    outputs["image"][moved] = undone.image[moved]
    outputs["mask"][moved] = 1
    outputs["confidence"][moved] = undone.sure
    outputs["interval"][moved] = INTERVAL
    said: dict[str, Any] = {
        "undone": undone.sure,
        "angle": undone.angle,
        "centre": undone.disc.centre,
        "residual": undone.residual,
    }
    return {**outputs, **{name: np.atleast_1d(np.float32(value)) for name, value in said.items()}}


def in_words(outputs: Mapping[str, Array]) -> list[str]:
    """Return what was undone in an image, given its outputs with N = 1."""
    sure, angle, residual = (float(outputs[name][0, 0]) for name in ("undone", "angle", "residual"))
    row, column = outputs["centre"][0].tolist()
    turned = f"a disc turned by {angle:.0f}° about ({row:.1f}, {column:.1f}) was turned back, {sure:.0%} sure"
    return [f"{turned}, residual {residual:.1g}"] if sure else []

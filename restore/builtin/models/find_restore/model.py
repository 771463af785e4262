"""The model: its sizes, its two networks, and how they train and restore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from restore.api import Network, TrainingBatch
from restore.builtin.models.find_restore import batches, networks
from restore.builtin.models.find_restore.restoration import Restoration


@dataclass(frozen=True, slots=True)
class Widths:
    """Channels at each resolution of the finder (1/2, 1/4, 1/8, 1/16) and of the restorer (1/2, 1/4, 1/8)."""

    finder: tuple[int, ...]
    restorer: tuple[int, ...]


VARIANTS = {
    "tiny": Widths((8, 16, 32, 48), (16, 32, 48)),
    "base": Widths((16, 24, 48, 64), (32, 64, 96)),
    "large": Widths((24, 32, 64, 96), (48, 96, 144)),
}


def find_restore(
    shape: tuple[int | None, int | None, int],
    *,
    variant: Annotated[Literal["tiny", "base", "large"], Field(description="size of both networks")] = "base",
) -> Network:
    """Return the networks `finder` and `restorer`, not compiled, for images of any height and width.

    `shape`: (H, W, C), of which C alone matters. The outputs are `image` (N, H, W, C), `mask` (N, H, W, 1), the
    probability of damage, at most one half where the restored pixel is not expected to be nearer the truth than the
    input's, and `confidence` (N, H, W, 1), the probability that a pixel of `image` lies within 0.1 of the truth.
    """
    channels = shape[2]
    finder = networks.finder(channels, VARIANTS[variant].finder)
    restorer = networks.restorer(channels, VARIANTS[variant].restorer)
    return assemble({"finder": finder, "restorer": restorer})


def assemble(parts: Mapping[str, Any]) -> Network:
    """Return the model around its networks, Keras' or exported ones."""
    restoration = Restoration(parts["finder"], parts["restorer"])
    return Network(
        parts,
        restore=restoration,
        batches={"finder": batches.whole_images, "restorer": batches.windows_near},
        calibrate=partial(_calibrate, restoration),
    )


def _calibrate(restoration: Restoration, batches_: Iterable[TrainingBatch]) -> None:
    """Calibrate; what that takes is imported now, not where an image is restored."""
    from restore.builtin.models.find_restore.calibration import calibrate

    calibrate(restoration, batches_)

"""The model: its sizes, its two networks, and how they train and restore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from restore.api import Network, TrainingBatch
from restore.builtin.models.find_restore import batches, networks
from restore.builtin.models.find_restore.experts import EXPERTS, THROUGH
from restore.builtin.models.find_restore.restoration import Restoration

FINDER = "finder"


@dataclass(frozen=True, slots=True)
class Widths:
    """Channels at each resolution: of the finder at 1/4, 1/8, 1/16, a fine one at 1/2 too, of the restorer at 1/2, 1/4, 1/8."""

    finder: tuple[int, ...]
    fine: int
    restorer: tuple[int, ...]


VARIANTS = {
    "tiny": Widths((16, 32, 48), 8, (16, 32, 48)),
    "base": Widths((24, 48, 64), 16, (32, 64, 96)),
    "large": Widths((32, 64, 96), 24, (48, 96, 144)),
}


def find_restore(
    shape: tuple[int | None, int | None, int],
    *,
    variant: Annotated[Literal["tiny", "base", "large"], Field(description="size of both networks")] = "base",
    fine: Annotated[bool, Field(description="find lines of 1 to 3 pixels, too, for twice the cost of finding")] = False,
    experts: Annotated[
        bool,
        Field(description="restorers of their own for holes of one colour and for damage everywhere"),
    ] = False,
) -> Network:
    """Return the networks `finder` and `restorer`, and further `EXPERTS`, not compiled, for images of any height and width.

    `shape`: (H, W, C), of which C alone matters. The outputs are `image` (N, H, W, C), `mask` (N, H, W, 1), the
    probability of damage, at most one half where the restored pixel is not expected to be nearer the truth than the
    input's, and `confidence` (N, H, W, 1), the probability that a pixel of `image` lies within 0.1 of the truth.
    """
    channels = shape[2]
    widths = VARIANTS[variant]
    finder = networks.finder(channels, (widths.fine, *widths.finder) if fine else widths.finder, fine=fine)
    restorers = {name: networks.restorer(channels, widths.restorer) for name in (EXPERTS if experts else (THROUGH,))}
    return assemble({FINDER: finder, **restorers})


def assemble(parts: Mapping[str, Any]) -> Network:
    """Return the model around its networks, Keras' or exported ones."""
    restorers = {name: part for name, part in parts.items() if name != FINDER}
    restoration = Restoration(parts[FINDER], restorers)
    near = {name: partial(batches.windows_near, expert=name if len(restorers) > 1 else "") for name in restorers}
    return Network(
        parts,
        restore=restoration,
        batches={FINDER: batches.whole_images, **near},
        calibrate=partial(_calibrate, restoration),
    )


def _calibrate(restoration: Restoration, batches_: Iterable[TrainingBatch]) -> None:
    """Calibrate; what that takes is imported now, not where an image is restored."""
    from restore.builtin.models.find_restore.calibration import calibrate

    calibrate(restoration, batches_)

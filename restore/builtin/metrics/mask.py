"""How well the used mask matches the true one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore.api import Scored


def mask(scored: Scored) -> dict[str, NDArray[np.float64]]:
    """Compare the used masks with the true ones, for each image.

    `iou`: intersection over union, NaN where both masks are empty. `false`: share of clean pixels inside the used mask
    (false-positive rate), NaN where no pixel is clean. Both float (N,) in [0, 1]. No rows where nothing was restored.
    """
    if scored.used is None:
        return {}
    pairs = list(zip(scored.used, scored.masks, strict=True))
    return {
        "iou": np.array([_share(used & true, used | true) for used, true in pairs]),
        "false": np.array([_share(used & ~true, ~true) for used, true in pairs]),
    }


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    """Return pixels of `part` over pixels of `whole`, NaN where `whole` is empty."""
    count = np.count_nonzero(whole)
    return float(np.count_nonzero(part) / count) if count else float("nan")

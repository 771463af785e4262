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
    return {
        "iou": _share(scored.used & scored.masks, scored.used | scored.masks),
        "false": _share(scored.used & ~scored.masks, ~scored.masks),
    }


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return pixels of `part` over pixels of `whole` for each image, NaN where `whole` is empty."""
    count = np.count_nonzero(whole, axis=(1, 2))
    shares = np.full(len(count), np.nan)
    np.divide(np.count_nonzero(part, axis=(1, 2)), count, out=shares, where=count > 0)
    return shares

"""Coverage: how many restored values lie within their interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore.api import Scored

INTERVAL = "interval"
"""The output of a model, (H, W, 1) for each image: how far restored values lie from the truth at most, mostly."""


def coverage(scored: Scored) -> dict[str, NDArray[np.float64]]:
    """Return how many values of the used mask lie within their interval, for each image.

    `share`: of the pixels that lie within it in every channel, float (N,) in [0, 1]; `width`: the mean of the intervals,
    which are half of the whole width. NaN where nothing was replaced. No rows for a model without an output `interval`.
    """
    if scored.used is None or INTERVAL not in scored.outputs:
        return {}
    share, width = [], []
    parts = zip(scored.images, scored.clean, scored.used, scored.outputs[INTERVAL], strict=True)
    for image, clean, used, interval in parts:
        wrong = np.abs(image - clean)[used].max(axis=-1)
        allowed = interval[used][..., 0]
        share.append(np.mean(wrong <= allowed) if used.any() else np.nan)
        width.append(np.mean(allowed) if used.any() else np.nan)
    return {"share": np.array(share, np.float64), "width": np.array(width, np.float64)}

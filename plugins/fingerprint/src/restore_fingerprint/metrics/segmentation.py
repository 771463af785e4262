"""Overlap of the segmented foregrounds."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore_fingerprint.ridges import foreground


def segmentation(
    restored: NDArray[np.float32],
    clean: NDArray[np.float32],
    region: NDArray[np.bool_],
    *,
    sigma: Annotated[float, Field(gt=0, description="neighbourhood in pixels, a little over one ridge period")] = 4.0,
) -> NDArray[np.float64]:
    """Return the intersection over union of the foregrounds of restored and clean images, float (N,) in [0, 1].

    `restored`, `clean`: float32 (N, H, W, C) in [0, 1]; `region`: bool (N, H, W), where pixels are counted. NaN where
    both foregrounds are empty there.
    """
    made, true = foreground(restored, sigma=sigma), foreground(clean, sigma=sigma)
    both = np.count_nonzero(made & true & region, axis=(1, 2))
    either = np.count_nonzero((made | true) & region, axis=(1, 2))
    overlap = np.full(len(either), np.nan)
    np.divide(both, either, out=overlap, where=either > 0)
    return overlap

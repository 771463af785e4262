"""Relative error of the ridge period."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.ridges import period_map

NO_RIDGES = 1.0
"""Maximum relative error, and that of missing ridges."""


def period(restored: NDArray[np.float32], clean: NDArray[np.float32], region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean relative error of the local ridge period of each image in percent, float (N,) from 0 to 100.

    `restored`, `clean`: float32 (N, H, W, C) in [0, 1]; `region`: bool (N, H, W). |restored - clean| over clean, at
    most 100, also where the restored image has no ridges and the clean one has. The period is measured in windows of
    nine ridge periods, so that of a small hole includes its neighbourhood. NaN where the clean image has no ridges in
    the region.
    """
    errors = np.full(len(clean), np.nan)
    for index, (image, truth, where) in enumerate(zip(restored, clean, region, strict=True)):
        wanted = period_map(truth)
        known = where & ~np.isnan(wanted)
        if known.any():
            error = np.abs(period_map(image)[known] - wanted[known]) / wanted[known]
            errors[index] = 100 * np.minimum(np.nan_to_num(error, nan=NO_RIDGES), NO_RIDGES).mean(dtype=np.float64)
    return errors

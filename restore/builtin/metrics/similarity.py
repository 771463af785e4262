"""Structural similarity."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import RequestError


def ssim(
    restored: NDArray[np.float32],
    clean: NDArray[np.float32],
    region: NDArray[np.bool_],
    *,
    window: Annotated[int, Field(ge=3, description="side of the window in pixels, odd")] = 7,
) -> NDArray[np.float64]:
    """Return the structural similarity of each image, 1 for equal images.

    `restored`, `clean`: float32 (N, H, W, C) in [0, 1]; `region`: bool (N, H, W). The map of scikit-image's
    `structural_similarity` (uniform window, data range 1, mean over channels), averaged over those pixels of the
    region whose window lies inside the image; over the full image it is that function's value. NaN where no pixel
    qualifies, as in an image smaller than the window. Raises `RequestError` for an even window.
    Source: Wang, Bovik, Sheikh and Simoncelli, IEEE Transactions on Image Processing 13(4), 2004.
    """
    from skimage.metrics import structural_similarity

    if window % 2 == 0:
        raise RequestError(
            f"the window of ssim must be odd, not {window}",
            code="bad-option",
            where=f"option window={window} of metric ssim",
            hint=f"choose window={window + 1}",
        )
    values = np.full(len(restored), np.nan)
    if min(restored.shape[1:3]) < window:
        return values
    rim = window // 2
    inner = np.s_[rim : restored.shape[1] - rim, rim : restored.shape[2] - rim]
    for index, (image, truth, where) in enumerate(zip(restored, clean, region, strict=True)):
        if where[inner].any():
            _, similarity = structural_similarity(  # type: ignore[no-untyped-call]
                truth.astype(np.float64),
                image.astype(np.float64),
                win_size=window,
                data_range=1.0,
                channel_axis=-1,
                full=True,
            )
            values[index] = similarity[inner][where[inner]].mean()
    return values

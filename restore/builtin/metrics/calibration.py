"""Calibration: how well a model's confidence matches its accuracy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored

NEAR = 0.1
"""Confidence is the predicted probability that a pixel lies within this distance of the truth in every channel."""


def calibration(
    scored: Scored,
    *,
    bins: Annotated[int, Field(ge=1, le=1000, description="number of equal-width bins of the confidence")] = 15,
) -> dict[str, float]:
    """Return the expected calibration error of the confidence.

    `error`, in [0, 1]: over the pixels of all used masks, the mean of |share of correct pixels - mean confidence| of
    equal-width bins, weighted by their pixels; a pixel is correct where every channel lies within 0.1 of the clean
    image. NaN where no pixel was restored. No row for a model without confidence.
    Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017, equation 3.
    """
    if scored.confidence is None or scored.used is None:
        return {}
    masks = scored.used

    def used(images: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.concatenate([image[mask] for image, mask in zip(images, masks, strict=True)])

    confidence = used(scored.confidence).astype(np.float64)
    if not confidence.size:
        return {"error": np.nan}
    right = np.all(np.abs(used(scored.images) - used(scored.clean)) <= NEAR, axis=-1)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    # A bin's gap times its number of pixels is the difference of its sums.
    gaps = np.abs(np.bincount(place, right, bins) - np.bincount(place, confidence, bins))
    return {"error": float(gaps.sum() / confidence.size)}

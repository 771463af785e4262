"""Whether a model is as sure as it is right."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from restore.api import Scored

NEAR = 0.1
"""Confidence is the expected probability that a pixel lies within this distance of the truth, in all channels."""


def calibration(
    scored: Scored, *, bins: Annotated[int, Field(ge=1, le=1000, description="bins of equal width in confidence")] = 15
) -> dict[str, float]:
    """Return the expected calibration error of the confidence.

    `error`, in [0, 1]: over the pixels of all used masks, the mean of |share of right pixels - mean confidence| of
    the bins of equal width, weighted by their pixels; a pixel is right where every channel lies within 0.1 of the
    clean image. NaN where no pixel was restored. No row where the model gives no confidence.
    Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017, equation 3.
    """
    if scored.confidence is None or scored.used is None:
        return {}
    confidence = scored.confidence[scored.used].astype(np.float64)
    if not confidence.size:
        return {"error": np.nan}
    right = np.all(np.abs(scored.images[scored.used] - scored.clean[scored.used]) <= NEAR, axis=-1)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    # A bin's pixels times its gap is the gap of its sums.
    gaps = np.abs(np.bincount(place, right, bins) - np.bincount(place, confidence, bins))
    return {"error": float(gaps.sum() / confidence.size)}

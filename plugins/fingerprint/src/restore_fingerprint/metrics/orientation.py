"""Error of the ridge orientation."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore_fingerprint import ridges

CHANCE = np.pi / 4
"""Mean difference of two independent orientations."""


def orientation(
    restored: NDArray[np.float32],
    clean: NDArray[np.float32],
    region: NDArray[np.bool_],
    *,
    sigma: Annotated[
        float, Field(gt=0, description="smoothing of the gradients in pixels, about one ridge period")
    ] = 3.0,
) -> NDArray[np.float64]:
    """Return the mean error of the ridge orientation of each image in degrees, float (N,) from 0 to 90.

    `restored`, `clean`: float32 (N, H, W, C) in [0, 1]; `region`: bool (N, H, W). Pixels are weighted by the coherence
    of the clean image, so that background and smudges do not count; where the restored image has no gradient, the
    error is that of chance, 45 degrees. NaN where the clean image has no ridges in the region.
    """
    truth, found = ridges.orientation(clean, sigma=sigma), ridges.orientation(restored, sigma=sigma)
    apart = np.where(found.coherence > 0, ridges.angle_between(found.angle, truth.angle), CHANCE)
    weight = truth.coherence * region
    total, errors = weight.sum(axis=(1, 2), dtype=np.float64), (weight * apart).sum(axis=(1, 2), dtype=np.float64)
    degrees = np.full(len(total), np.nan)
    np.divide(np.degrees(errors), total, out=degrees, where=total > 0)
    return degrees

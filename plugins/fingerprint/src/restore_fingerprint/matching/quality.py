"""Quality of a print, 0 to 100, in the style of NFIQ 2."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.matching.matchers import import_afis
from restore_fingerprint.minutiae.scaling import enlarge

SMALLEST = 96
"""Minimum side in pixels at 500 dpi for which afis computes a quality."""
EMPTY, UNIFORM = 250, 1
"""Mean above which, and standard deviation below which, NFIQ 2 considers an 8-bit image empty."""


def assess(image: NDArray[np.float32], dpi: float) -> float:
    """Return an NFIQ2-style quality of a print, 0 to 100, 0 for an empty image, NaN below 96 pixels at 500 dpi.

    `image`: float32 (H, W) in [0, 1]. The score is afis' port of NFIQ 2's features with its own calibration, computed
    without minutiae: similar to, but not, the certified NFIQ 2 (ISO/IEC 29794-4). It measures appearance: enhancement
    may raise it and destroy the identity. Raises `RequestError` where afis is not installed.
    """
    afis = import_afis("metric quality")
    at_500, _ = enlarge(np.asarray(image, np.float32), dpi)
    if min(at_500.shape) < SMALLEST:
        return float("nan")
    pixels = np.rint(at_500 * 255).astype(np.uint8)
    # Without this check, a blank image scores 34.
    if pixels.mean() > EMPTY or pixels.std() < UNIFORM:
        return 0.0
    return float(afis.compute_nfiq2(pixels).score)

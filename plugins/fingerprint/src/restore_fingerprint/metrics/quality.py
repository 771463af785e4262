"""No-reference quality of prints: a measure of appearance, to be read together with `identity`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore.api import Scored
from restore_fingerprint.matching.quality import assess
from restore_fingerprint.metrics.options import Dpi, resolution
from restore_fingerprint.ridges.grey import grey


def quality(
    scored: Scored,
    *,
    dpi: Dpi = None,
) -> dict[str, NDArray[np.float64]]:
    """Return an NFIQ2-style quality of each print.

    `nfiq2`: float (N,), 0 to 100, NaN below 96 pixels at 500 dpi; afis' port of NFIQ 2's features, not the certified
    NFIQ 2. It does not use the clean image: a print of high quality may be that of another finger. Raises
    `RequestError` where afis is not installed.
    """
    dpi = resolution(scored.clean, dpi)
    return {"nfiq2": np.array([assess(image, dpi) for image in map(grey, scored.images)], dtype=np.float64)}

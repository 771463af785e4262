"""How good prints look to a machine, for every row: a score of beauty, to be read beside `identity`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from restore.api import Scored
from restore_fingerprint.matching.quality import assess
from restore_fingerprint.metrics.options import Dpi
from restore_fingerprint.ridges import dpi_by_period
from restore_fingerprint.ridges.grey import grey


def quality(
    scored: Scored,
    *,
    dpi: Dpi = None,
) -> dict[str, NDArray[np.float64]]:
    """Return an NFIQ2-style quality of each print.

    `nfiq2`: float (N,), 0 to 100, NaN below 96 pixels of 500 dpi. It is afis' port of NFIQ 2's features, and not the
    certified NFIQ 2. It sees no truth: prettier prints can be other people's. RequestError without the package afis.
    """
    resolution = dpi_by_period(scored.clean) if dpi is None else dpi
    return {"nfiq2": np.array([assess(image, resolution) for image in grey(scored.images)], dtype=np.float64)}

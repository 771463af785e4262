"""How good prints look to a machine, for every row: a score of beauty, to be read beside `identity`."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored
from restore_fingerprint.matching.quality import assess
from restore_fingerprint.matching.templates import to_grey


def quality(
    scored: Scored,
    *,
    dpi: Annotated[float, Field(gt=0, description="dots per inch; 200 for SOCOFing")] = 500,
) -> dict[str, NDArray[np.float64]]:
    """Return an NFIQ2-style quality of each print.

    `nfiq2`: float (N,), 0 to 100, NaN below 96 pixels of 500 dpi. It is afis' port of NFIQ 2's features, and not the
    certified NFIQ 2. It sees no truth: prettier prints can be other people's. RequestError without the package afis.
    """
    return {"nfiq2": np.array([assess(to_grey(image), dpi) for image in scored.images], dtype=np.float64)}

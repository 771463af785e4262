"""Random generators keyed by their purpose, so that results do not depend on order, workers or batches."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def digest(*key: object) -> bytes:
    """Return the SHA-256 of the parts of a key, each converted to text, as 32 bytes."""
    return hashlib.sha256("\0".join(map(str, key)).encode("utf-8", "surrogateescape")).digest()


def generator(*key: object) -> np.random.Generator:
    """Return a Philox generator keyed by the first 128 bits of the SHA-256 of `key`.

    Equal keys give equal streams in any process (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
    """
    import numpy as np

    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest(*key)[:16], "little")))

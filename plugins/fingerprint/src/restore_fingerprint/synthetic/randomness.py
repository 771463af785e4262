"""Random numbers of a synthetic finger: the same number gives the same print, in any order and on any day."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(*key: int | str) -> np.random.Generator:
    """Return a Philox generator keyed by the first 128 bits of SHA-256 of `key`, its parts joined by slashes."""
    digest = hashlib.sha256("/".join(map(str, key)).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))

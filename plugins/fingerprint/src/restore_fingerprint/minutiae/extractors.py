"""Minutiae extractors by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae import leader, nist, skeleton
from restore_fingerprint.minutiae.values import Minutiae
from restore_fingerprint.ridges import grey

Extractor = Callable[[NDArray[np.float32], float], Minutiae]
"""Returns the minutiae of an image, float32 (H, W) in [0, 1], dark ridges on a bright background, at a given dpi."""
Found = Literal["light", "leader", "mindtct"]
Name = Literal["auto", "light", "leader", "mindtct"]
REMEMBERED = 20_000
"""Number of prints whose minutiae are cached, some kilobytes each."""
_remembered: dict[bytes, Minutiae] = {}


def chosen(name: Name) -> Found:
    """Return the extractor that a name selects: `auto` is `leader` where that is installed, else `light`."""
    if name != "auto":
        return name
    return "leader" if leader.installed() else "light"


def extractor(name: Name = "auto") -> Extractor:
    """Return an extractor: `light`, which needs no extra, `leader`, `mindtct`, or `auto`, which is `leader` or `light`.

    Raises `RequestError` for `leader` and `mindtct` where they are not installed.
    """
    match chosen(name):
        case "leader":
            leader.require()
            return leader.extract
        case "mindtct":
            nist.require("extractor=mindtct")
            return nist.extract
        case _:
            return skeleton.extract


def find_minutiae(
    images: Iterable[NDArray[np.floating]] | NDArray[np.floating], name: Name, dpi: float
) -> list[Minutiae]:
    """Return the minutiae of each image at `dpi`, quantised to 8 bits first.

    `images`: (N, H, W) or (N, H, W, C) in [0, 1], or N of mixed sizes. Results are cached: metrics need those of the
    clean prints in every row, and equal images are extracted from once.
    """
    use = chosen(name)
    prints = [np.rint(grey(one) * 255).astype(np.uint8) for one in images]
    keys = [_digest(one, use, dpi) for one in prints]
    new = {key: one for key, one in zip(keys, prints, strict=True) if key not in _remembered}
    # Most recently used last.
    known = {key: _remembered.pop(key) for key in dict.fromkeys(keys) if key in _remembered}
    found = known | dict(zip(new, _extract(list(new.values()), use, dpi), strict=True))
    _remembered.update(found)
    for key in list(_remembered)[:-REMEMBERED]:
        del _remembered[key]
    return [found[key] for key in keys]


def _digest(image: NDArray[np.uint8], name: Found, dpi: float) -> bytes:
    return hashlib.sha256(repr((image.shape, name, float(dpi))).encode() + image.tobytes()).digest()


def _extract(prints: Sequence[NDArray[np.uint8]], name: Found, dpi: float) -> list[Minutiae]:
    """Return the minutiae of 8-bit images, (H, W) each."""
    extract = extractor(name)

    def one(image: NDArray[np.uint8]) -> Minutiae:
        return extract((image / np.float32(255)).astype(np.float32), dpi)

    if name != "light":  # LEADER works with threads of its own; MINDTCT is not made for several
        return list(map(one, prints))
    # Most of the time goes into NumPy and SciPy, which let other threads work meanwhile.
    with ThreadPoolExecutor() as threads:
        return list(threads.map(one, prints))

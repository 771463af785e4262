"""Minutiae extractors by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae import leader, skeleton
from restore_fingerprint.minutiae.values import Minutiae
from restore_fingerprint.ridges import grey

Extractor = Callable[[NDArray[np.float32], float], Minutiae]
"""Returns the minutiae of an image, float32 (H, W) in [0, 1], dark ridges on a bright background, at a given dpi."""
Name = Literal["auto", "light", "leader"]
REMEMBERED = 20_000
"""Number of prints whose minutiae are cached, some kilobytes each."""
_remembered: dict[bytes, Minutiae] = {}


def chosen(name: Name) -> Literal["light", "leader"]:
    """Return the extractor that a name selects: `auto` is `leader` where that is installed, else `light`."""
    if name != "auto":
        return name
    return "leader" if leader.installed() else "light"


def extractor(name: Name = "auto") -> Extractor:
    """Return an extractor: `light`, which needs no extra, `leader`, or `auto`, the more accurate one installed.

    Raises `RequestError` for `leader` where it is not installed.
    """
    if chosen(name) == "light":
        return skeleton.extract
    leader.require()
    return leader.extract


def find_minutiae(
    images: Iterable[NDArray[np.floating]] | NDArray[np.floating], name: Name, dpi: float
) -> list[Minutiae]:
    """Return the minutiae of each image at `dpi`, quantised to 8 bits first.

    `images`: (N, H, W) or (N, H, W, C) in [0, 1], or N of mixed sizes. Results are cached, since metrics need those of the clean prints
    again in every row.
    """
    return [_find(np.rint(grey(one) * 255).astype(np.uint8), chosen(name), dpi) for one in images]


def _find(image: NDArray[np.uint8], name: Literal["light", "leader"], dpi: float) -> Minutiae:
    """Return the minutiae of an 8-bit image (H, W), from the cache where it has them."""
    key = hashlib.sha256(repr((image.shape, name, float(dpi))).encode() + image.tobytes()).digest()
    found = _remembered.pop(key, None)
    if found is None:
        found = extractor(name)((image / np.float32(255)).astype(np.float32), dpi)
    _remembered[key] = found  # most recently used last
    if len(_remembered) > REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    return found

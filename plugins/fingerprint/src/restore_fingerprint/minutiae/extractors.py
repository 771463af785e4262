"""Extractors by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae import leader, skeleton
from restore_fingerprint.minutiae.values import Minutiae
from restore_fingerprint.ridges import grey

Extractor = Callable[[NDArray[np.float32], float], Minutiae]
"""From an image float32 (H, W) in [0, 1], black ridges on white, and its dpi to its minutiae."""
Name = Literal["auto", "light", "leader"]
REMEMBERED = 20_000
"""Prints whose minutiae are remembered, some kilobytes each."""
_remembered: dict[bytes, Minutiae] = {}


def chosen(name: Name) -> Literal["light", "leader"]:
    """Return which extractor a name means here: `auto` is `leader` where it is installed, else `light`."""
    if name != "auto":
        return name
    return "leader" if leader.installed() else "light"


def extractor(name: Name = "auto") -> Extractor:
    """Return an extractor: `light`, which needs no extra, `leader`, or `auto`, the better one installed.

    Raises RequestError for `leader` where it is not installed.
    """
    if chosen(name) == "light":
        return skeleton.extract
    leader.require()
    return leader.extract


def find_minutiae(images: NDArray[np.floating], name: Name, dpi: float) -> list[Minutiae]:
    """Return the minutiae of each image at `dpi`, as its 8-bit picture shows them.

    `images`: (N, H, W) or (N, H, W, C) in [0, 1]. The last prints are remembered, since metrics ask for the clean ones
    again beside every row.
    """
    pictures = np.rint(grey(images) * 255).astype(np.uint8)
    return [_find(one, chosen(name), dpi) for one in pictures]


def _find(picture: NDArray[np.uint8], name: Literal["light", "leader"], dpi: float) -> Minutiae:
    """Return the minutiae of a picture (H, W), remembered or found now."""
    key = hashlib.sha256(repr((picture.shape, name, float(dpi))).encode() + picture.tobytes()).digest()
    found = _remembered.pop(key, None)
    if found is None:
        found = extractor(name)((picture / np.float32(255)).astype(np.float32), dpi)
    _remembered[key] = found  # the last asked for stands last
    if len(_remembered) > REMEMBERED:
        _remembered.pop(next(iter(_remembered)), None)
    return found

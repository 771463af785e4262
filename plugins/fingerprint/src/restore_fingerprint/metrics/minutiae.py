"""Minutiae kept, moved, lost and invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored
from restore_fingerprint.metrics.options import Dpi, Extractor, Mask, resolution, untouched
from restore_fingerprint.minutiae import Minutiae, chosen, find_minutiae, within
from restore_fingerprint.minutiae.pairing import ANGLE, DISTANCE, Ledger, ledger

COUNTS = ("kept", "moved", "lost", "invented")
RATES = ("f1", "precision", "recall")
REGIONS: Mapping[str, Callable[[NDArray[np.bool_]], NDArray[np.bool_]]] = {
    "": np.ones_like,
    "hole.": np.copy,
    "clean.": np.logical_not,
}
"""The region, made of the true mask, that the minutiae under each prefix are counted in."""


def minutiae(
    scored: Scored,
    *,
    extractor: Extractor = "auto",
    distance: Annotated[float, Field(gt=0, description="positional tolerance in pixels at 500 dpi")] = DISTANCE,
    angle: Annotated[float, Field(gt=0, le=180, description="tolerance of the direction in degrees")] = ANGLE,
    dpi: Dpi = None,
    mask: Mask = "keep",
) -> dict[str, NDArray[np.float64] | float]:
    """Return rates and counts of each image's minutiae, compared with those of the clean image, float (N,) each.

    `kept`, `moved`, `lost`, `invented`: counts. Kept minutiae are paired one to one within distance and angle; moved,
    of the rest, within twice both; lost minutiae of the clean image and invented ones of the restored image are
    unpaired. `precision`: kept over all in the image, `recall`: kept over all in the clean one, `f1`: their harmonic
    mean; NaN where undefined. The prefixes `hole.` and `clean.` count the minutiae inside and outside the true mask,
    each at its own position; NaN where that region is empty. With `mask="drop"`, the minutiae of both
    images within the used mask are left out, where there is one. `leader`: 1 with minutiae by LEADER, 0 by the light
    extractor. Raises `RequestError` for `extractor=leader` where it is not installed.
    """
    dpi = resolution(scored.clean, dpi)
    before, after = (
        untouched(find_minutiae(images, extractor, dpi), scored.used, mask) for images in (scored.clean, scored.images)
    )
    books = [ledger(*both, distance=distance, angle=angle) for both in zip(before, after, strict=True)]
    found: dict[str, NDArray[np.float64] | float] = {}
    for prefix, region in REGIONS.items():
        inside = map(region, scored.masks)
        rows = [_count(*one) for one in zip(books, before, after, inside, strict=True)]
        table = np.array(rows, np.float64).reshape(-1, len(RATES) + len(COUNTS))
        found |= {prefix + name: column for name, column in zip(RATES + COUNTS, table.T, strict=True)}
    return {**found, "leader": float(chosen(extractor) == "leader")}


def _count(book: Ledger, before: Minutiae, after: Minutiae, region: NDArray[np.bool_]) -> tuple[float, ...]:
    """Return f1, precision, recall, and the counts of kept, moved, lost and invented in a region, bool (H, W)."""
    if not region.any():
        return (np.nan,) * (len(RATES) + len(COUNTS))
    there, now_there = within(before, region), within(after, region)
    kept, moved = (int(np.count_nonzero(there[pairs[:, 0]])) for pairs in (book.kept, book.moved))
    lost, invented = (int(np.count_nonzero(w[o])) for w, o in ((there, book.lost), (now_there, book.invented)))
    recall = _share(kept, int(np.count_nonzero(there)))
    precision = _share(int(np.count_nonzero(now_there[book.kept[:, 1]])), int(np.count_nonzero(now_there)))
    return _harmonic(precision, recall), precision, recall, kept, moved, lost, invented


def _share(part: int, whole: int) -> float:
    return part / whole if whole else np.nan


def _harmonic(precision: float, recall: float) -> float:
    """Return F1: NaN where both rates are undefined, 0 where only one is."""
    if np.isnan(precision) and np.isnan(recall):
        return np.nan
    both = np.nan_to_num(precision) + np.nan_to_num(recall)
    return float(2 * np.nan_to_num(precision) * np.nan_to_num(recall) / both) if both else 0.0

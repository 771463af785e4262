"""What becomes of minutiae: which are kept, moved, lost, and which are invented."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from restore.api import Scored
from restore_fingerprint.metrics.options import Dpi
from restore_fingerprint.minutiae import Minutiae, Name, chosen, find_minutiae
from restore_fingerprint.minutiae.pairing import ANGLE, DISTANCE, Ledger, ledger
from restore_fingerprint.ridges import dpi_by_period

COUNTS = ("kept", "moved", "lost", "invented")
RATES = ("f1", "precision", "recall")


def minutiae(
    scored: Scored,
    *,
    extractor: Annotated[Name, Field(description="who finds them; auto: leader where it is installed")] = "auto",
    distance: Annotated[float, Field(gt=0, description="pixels at 500 dpi between partners")] = DISTANCE,
    angle: Annotated[float, Field(gt=0, le=180, description="degrees between partners")] = ANGLE,
    dpi: Dpi = None,
) -> dict[str, NDArray[np.float64] | float]:
    """Compare the minutiae of each image with those of the clean one: rates and the ledger, float (N,) each.

    `kept`, `moved`, `lost`, `invented`: numbers. Kept have a partner within distance and angle, one to one; moved, of
    those left, one within twice both; lost and invented have none, in the restored and in the clean image.
    `precision`: kept over all found in the image, `recall`: kept over all of the clean one, `f1`: their harmonic mean;
    NaN where there is nothing to divide by. `hole.` and `clean.` before a name count minutiae inside the true mask
    and outside, where each of them lies; NaN where there is no such pixel. `leader`: 1 where LEADER found them, 0
    where the light extractor did. Raises RequestError for `extractor=leader` where it is not installed.
    """
    resolution = dpi_by_period(scored.clean) if dpi is None else dpi
    before, after = (find_minutiae(images, extractor, resolution) for images in (scored.clean, scored.images))
    everywhere = np.ones_like(scored.masks)
    regions = {"": everywhere, "hole.": scored.masks, "clean.": ~scored.masks}
    books = [ledger(*both, distance=distance, angle=angle) for both in zip(before, after, strict=True)]
    found: dict[str, NDArray[np.float64] | float] = {}
    for prefix, region in regions.items():
        rows = [_count(*one) for one in zip(books, before, after, region, strict=True)]
        table = np.array(rows, np.float64).reshape(-1, len(RATES) + len(COUNTS))
        found |= {prefix + name: column for name, column in zip(RATES + COUNTS, table.T, strict=True)}
    return {**found, "leader": float(chosen(extractor) == "leader")}


def _count(book: Ledger, before: Minutiae, after: Minutiae, region: NDArray[np.bool_]) -> tuple[float, ...]:
    """Return f1, precision, recall, and the numbers kept, moved, lost and invented in a region, bool (H, W)."""
    if not region.any():
        return (np.nan,) * (len(RATES) + len(COUNTS))
    there, now_there = _inside(before, region), _inside(after, region)
    kept, moved = (int(np.count_nonzero(there[pairs[:, 0]])) for pairs in (book.kept, book.moved))
    lost, invented = (int(np.count_nonzero(w[o])) for w, o in ((there, book.lost), (now_there, book.invented)))
    recall = _share(kept, int(np.count_nonzero(there)))
    precision = _share(int(np.count_nonzero(now_there[book.kept[:, 1]])), int(np.count_nonzero(now_there)))
    return _harmonic(precision, recall), precision, recall, kept, moved, lost, invented


def _inside(found: Minutiae, region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which minutiae lie in a region, bool (M,)."""
    rows = np.clip(np.rint(found.y), 0, region.shape[0] - 1).astype(int)
    columns = np.clip(np.rint(found.x), 0, region.shape[1] - 1).astype(int)
    return np.asarray(region[rows, columns])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else np.nan


def _harmonic(precision: float, recall: float) -> float:
    """Return F1; where only one of both exists, none was found or none was there, and it is 0."""
    if np.isnan(precision) and np.isnan(recall):
        return np.nan
    both = np.nan_to_num(precision) + np.nan_to_num(recall)
    return float(2 * np.nan_to_num(precision) * np.nan_to_num(recall) / both) if both else 0.0

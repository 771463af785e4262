"""The score stage: metrics per image and region, their means, and bootstrap intervals over groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restore.pipeline.bootstrap import Estimate, Resamples, estimate
from restore.plugins.boundary import Bound, readonly_view
from restore.plugins.components import Metric
from restore.plugins.contracts import is_array, span
from restore.plugins.values import Images, Json, Masks, Scored
from restore.randomness import generator
from restore.system.ragged import Ragged, chunks

LEAST_DB = -1_000.0
"""Below the PSNR of any two float32 images (-770 dB), and well within the range of the mean's powers."""
CLEAN = "clean"
"""The row of the clean images."""
CHUNK = 64
"""Images scored by a metric at once, so that memory does not grow with the test set."""

REGIONS: Mapping[str, Callable[[Masks], Masks]] = {
    "full": np.ones_like,
    "hole": lambda masks: masks,
    "clean": np.logical_not,
}
"""The regions that scores are of, made of true masks."""

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of row: damaged, a baseline, or restored; `images` is None where it was skipped, for `reason`.

    `outputs`: the model's outputs, each (N, …); `undamaged`: those for the clean images, where a metric asks for them.
    Where sizes differ, each of these is a sequence of N arrays.
    """

    what: str
    images: Images | Ragged | None
    used: Masks | Ragged | None = None
    confidence: Images | Ragged | None = None
    outputs: Mapping[str, Images | Ragged] = field(default_factory=dict)
    undamaged: Mapping[str, Images | Ragged] = field(default_factory=dict)
    given_mask: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TestSet:
    """The test images under one corruption: float32 (N, H, W, C) in [0, 1], true masks bool (N, H, W), or N of each.

    `data`: name of an additional test set, None for the run's own. `truths`: what was drawn for each image.
    """

    __test__ = False  # pytest: not a test

    corruption: str
    level: str | None
    clean: Images | Ragged
    damaged: Images | Ragged
    masks: Masks | Ragged
    ids: Sequence[str]
    groups: Sequence[str]
    labels: Sequence[Json]
    truths: Sequence[Json] = ()
    data: str | None = None


@dataclass(frozen=True, slots=True)
class CaseScores:
    """Values for each image by (metric, region, what), float32 (N,) each, and the rows of the table.

    `pixels`: number of pixels of each region in each image, int64 (N,).
    """

    values: Mapping[tuple[str, str, str], Values] = field(default_factory=dict)
    table: Sequence[Mapping[str, Any]] = ()
    pixels: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)


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
    pixels = {name: _count(test.masks, region) for name, region in REGIONS.items()}
    resamples = Resamples(test.groups, generator(seed, "bootstrap"))
    values: dict[tuple[str, str, str], Values] = {}
    table: list[Mapping[str, Any]] = []
    for name, bound in metrics:
        metric = bound.entry.component
        assert isinstance(metric, Metric)
        for row in [Row(CLEAN, test.clean), *rows] if metric.clean else rows:
            if metric.over == "image":
                found: Mapping[tuple[str, str], Any] = {
                    (name, region): _over_images(bound, test, row, of) for region, of in REGIONS.items()
                }
            else:
                found = {(f"{name}.{key}", "full"): value for key, value in _over_set(bound, test, row).items()}
            for (label, region), value in found.items():
                rule = metric.mean
                if isinstance(value, np.ndarray):
                    values[label, region, row.what] = value
                    mean, n, groups = _summarise(resamples, value, pixels[region], rule)
                else:
                    n, groups = (0, 0) if value is None else (len(test.ids), resamples.groups)
                    mean = Estimate(value)
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
                        "mean": mean.value,
                        "low": mean.low,
                        "high": mean.high,
                        "n": n,
                        "groups": groups,
                        "rule": rule,
                        "reason": row.reason or None,
                        "identity": metric.identity,
                    }
                )
            on_row()
    return CaseScores(values, table, pixels)


def warnings(table: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a warning for each kind of row that other metrics rate above the damaged images and identity metrics below."""
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
            losses = ", ".join(
                f"{one['metric']} {damaged[one['metric'], one['region']]['mean']:.3g} to {one['mean']:.3g}"
                for one in fallen
            )
            yield f"{what} scores better ({', '.join(sorted(risen))}) but is less recognisable ({losses})"


def _gain(line: Mapping[str, Any], before: Mapping[str, Any]) -> float:
    """Return how much better a mean is than before."""
    gain: float = line["mean"] - before["mean"]
    return gain if line["better"] == "higher" else -gain


def _better(metric: Metric, label: str) -> str:
    """Return which direction is better for a metric, or for one key of a set metric."""
    if isinstance(metric.better, str):
        return metric.better
    return metric.better.get(label.rpartition(".")[2], "higher")


def _count(masks: Masks | Ragged, region: Callable[[Masks], Masks]) -> NDArray[np.int64]:
    """Return the number of a region's pixels in each image, int64 (N,)."""
    return np.concatenate([region(masks[part]).sum(axis=(1, 2)) for part in chunks(masks, CHUNK)])


def _over_images(bound: Bound, test: TestSet, row: Row, region: Callable[[Masks], Masks]) -> Values:
    if row.images is None:
        return np.full(len(test.ids), np.nan, np.float32)
    parts = []
    for part in chunks(test.clean, CHUNK):
        ids = test.ids[part]
        arrays = row.images[part], test.clean[part], region(test.masks[part])
        given = bound(*map(readonly_view, arrays), doing=f"scoring {row.what}, {span(ids)}")
        parts.append(_judge(bound, given, ids))
    return np.concatenate(parts)


def _over_set(bound: Bound, test: TestSet, row: Row) -> Mapping[str, Values | float | None]:
    if row.images is None:
        return {}
    scored = Scored(
        _lent(row.images),
        _lent(test.clean),
        _lent(test.damaged),
        _lent(test.masks),
        tuple(test.ids),
        tuple(test.groups),
        deepcopy(tuple(test.labels)),
        None if row.used is None else _lent(row.used),
        None if row.confidence is None else _lent(row.confidence),
        deepcopy(tuple(test.truths)),
        *({name: _lent(array) for name, array in of.items()} for of in (row.outputs, row.undamaged)),
    )
    given = bound(scored, doing=f"scoring {row.what}")
    if type(given) is not dict:
        raise bound.fault(f"returned {type(given).__name__}, not a dict")
    found: dict[str, Values | float | None] = {}
    for key, value in given.items():
        if type(key) is not str or not key.isprintable():
            raise bound.fault(f"returned a key that is not a printable name: {type(key).__name__}")
        if is_array(value) and value.ndim:
            found[key] = _judge(bound, value, test.ids)
        elif is_array(value) or issubclass(type(value), int | float | np.number | np.bool_):
            number = float(_judge(bound, np.array([value]), [key])[0])
            found[key] = None if np.isnan(number) else number
        else:
            raise bound.fault(f"returned {type(value).__name__} as {key}, not a number")
    return found


def _lent(arrays: NDArray[Any] | Ragged) -> Any:
    """Return arrays that a metric cannot write to: stacked where they are of one shape, else a sequence of them."""
    if isinstance(arrays, np.ndarray):
        return readonly_view(arrays)
    return arrays if arrays.stacked is None else arrays.stacked


def _judge(bound: Bound, given: object, names: Sequence[str]) -> Values:
    """Return the values of a metric as float32 (N,), one for each name; raises `ComponentError` for anything else."""
    if not is_array(given) or given.shape != (len(names),) or given.dtype.kind not in "fiub":
        seen = f"{given.dtype} {given.shape}" if is_array(given) else type(given).__name__
        raise bound.fault(f"returned {seen}, not {len(names)} numbers")
    with np.errstate(over="ignore"):  # overflow of float32 is an infinity too
        values = given.astype(np.float32)
    if np.isinf(values).any():
        name = names[int(np.argmax(np.isinf(values)))]
        raise bound.fault(f"returned an infinity for {name}; return NaN where a metric does not apply")
    metric = bound.entry.component
    if isinstance(metric, Metric) and metric.mean == "db" and (values < LEAST_DB).any():
        raise bound.fault(
            f"returned {np.nanmin(values):g} dB for {names[int(np.nanargmin(values))]}, out of range for any image"
        )
    return values


def _summarise(resamples: Resamples, values: Values, pixels: NDArray[np.int64], rule: str) -> tuple[Estimate, int, int]:
    """Return the mean by the rule `values` or `db`, and the numbers of images and of groups that it rests on."""
    applies = ~np.isnan(values)
    groups = resamples.groups_with(applies)
    return estimate(resamples.means(values, pixels, rule), groups), int(applies.sum()), groups

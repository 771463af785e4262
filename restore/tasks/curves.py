"""Scores against the amount of damage, and the amount at which a score passes a bound."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from restore.errors import RequestError
from restore.planning.ladder import Ladder, ladders_of
from restore.planning.plan import Plan

Row = Mapping[str, Any]
_BOUND = re.compile(r"(?P<metric>[^:=]+)(?::(?P<region>[^:=]+))?=(?P<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)")


@dataclass(frozen=True, slots=True)
class Curve:
    """One metric of one region over a ladder of damage: a row of the score table for each amount, None where it has none.

    `what`: damaged, a baseline, or restored; `data`: the additional dataset, None for the first.
    """

    ladder: Ladder
    data: str | None
    metric: str
    region: str
    what: str
    rows: tuple[Row | None, ...]

    @property
    def first(self) -> Row:
        """Return a row, which has unit and direction of all of them."""
        return next(row for row in self.rows if row is not None)

    def values(self, name: str) -> list[float | None]:
        """Return `mean`, `low` or `high` at each amount."""
        return [None if row is None else row[name] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Bound:
    """A value that a metric of a region should reach."""

    metric: str
    region: str | None
    value: float

    def holds_for(self, curve: Curve) -> bool:
        """Return whether it is a bound on this curve."""
        return curve.metric == self.metric and self.region in (None, curve.region)


def curves_of(plan: Plan, rows: Sequence[Row]) -> list[Curve]:
    """Return the curves that the score rows of a run or an evaluation make, none where nothing varies."""
    return [curve for ladder in ladders_of(plan) for curve in _curves(ladder, rows)]


def parse_bound(text: str) -> Bound:
    """Return the bound `METRIC[:REGION]=VALUE`; raises `RequestError` for anything else."""
    found = _BOUND.fullmatch(text)
    if found is None:
        hint = "write METRIC:REGION=VALUE, such as psnr:hole=9"
        raise RequestError(f"not a bound: {text}", code="bad-value", where="--bound", hint=hint)
    return Bound(found["metric"], found["region"], float(found["value"]))


def crossing(curve: Curve, bound: float, name: str = "mean") -> float | None:
    """Return the least amount from which on a score is worse than `bound`, interpolated linearly.

    `name` is `mean`, or `low` or `high` for the ends of its interval. None where no amount is worse, where all are, or
    where amounts have no numbers.
    """
    amounts, sign = curve.ladder.amounts, 1 if curve.first["better"] == "higher" else -1
    points = [(x, sign * (y - bound)) for x, y in zip(amounts or (), curve.values(name), strict=False) if y is not None]
    for (x, above), (further, below) in pairwise(points):
        if above >= 0 > below:
            return x + (further - x) * above / (above - below)
    return None


def _curves(ladder: Ladder, rows: Sequence[Row]) -> Iterator[Curve]:
    found: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in rows:
        if row["corruption"] in ladder.specs and row["mean"] is not None:
            key = row.get("data"), row["metric"], row["region"], row["what"]
            found.setdefault(key, {})[row["corruption"]] = row
    for key, by_spec in found.items():
        yield Curve(ladder, *key, tuple(by_spec.get(one) for one in ladder.specs))

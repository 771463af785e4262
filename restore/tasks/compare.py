"""Runs compared by the scores of their test images: differences with intervals, and which run is shown to be better."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from restore.errors import RequestError
from restore.pipeline.bootstrap import Resamples
from restore.pipeline.difference import FEWEST, Difference, Sample, holm, subtract
from restore.randomness import generator
from restore.running import changes
from restore.running.opened import Run, open_run
from restore.running.scores import Image, Key
from restore.tasks.comparable import ScoredRun, names_of, require_same_tests

Where: TypeAlias = str | os.PathLike[str]
Verdict = Literal["A better", "B better", "no difference shown", "too few groups"]
RESTORED = "restored"
"""The rows of the score tables that are compared."""
SIGNIFICANT, FEWEST_GROUPS = 0.05, FEWEST


@dataclass(frozen=True, slots=True)
class Row:
    """The restored images of two runs, A and B, by one metric and region under one corruption.

    `given_mask`: whether each run got the true mask. `found`: A minus B. `p`: that of the test, after Holm's correction.
    """

    data: str | None
    corruption: str
    level: str | None
    metric: str
    unit: str
    better: str
    region: str
    given_mask: tuple[bool, bool]
    found: Difference
    p: float | None = None

    @property
    def verdict(self) -> Verdict:
        """Return which run is better, where the test shows it and the means agree."""
        if self.p is None:
            return "too few groups"
        if self.p > SIGNIFICANT or not self.found.sign:
            return "no difference shown"
        return "A better" if (self.found.sign > 0) == (self.better == "higher") else "B better"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, A and B: how their plans differ, a row for each metric and region, and why other scores have none."""

    runs: tuple[Run, Run]
    plan_differences: Sequence[changes.Change]
    rows: Sequence[Row]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """The first of several runs compared with each of the others, paired by images or as independent groups."""

    unpaired: bool
    comparisons: Sequence[Comparison]


def compare(*names: Where | Run, unpaired: bool = False, runs: Where | None = None) -> Compared:
    """Compare the first run with each of the others, as `restore compare` does; `runs` is the folder to look in.

    Differences are tested on the means of groups, with Holm's correction over all rows. Raises `RequestError` where a
    run has no scores of single images, or was tested on other images or damage than the first, unless `unpaired`.
    """
    if len(names) < 2:
        raise RequestError("nothing to compare the run with", code="too-few-runs", hint="name two runs or more")
    folder = None if runs is None else os.fspath(runs)
    opened = (one if isinstance(one, Run) else open_run(os.fspath(one), runs=folder) for one in names)
    first, *others = map(ScoredRun.of, opened)
    for other in () if unpaired else others:
        require_same_tests(first, other)
    found = [_compare(first, other, unpaired=unpaired) for other in others]
    adjusted = iter(holm([row.found.p for one in found for row in one.rows]))
    return Compared(
        unpaired, [replace(one, rows=[replace(row, p=next(adjusted)) for row in one.rows]) for one in found]
    )


def _compare(one: ScoredRun, other: ScoredRun, *, unpaired: bool) -> Comparison:
    """Return the comparison of two runs, p-values not yet corrected."""
    mine, theirs = (scored.scores.rows_of(RESTORED) for scored in (one, other))
    left_out = dict(_only_in_one(mine, theirs))
    common = [key for key in mine if key in theirs]
    draws = {data: _draw(one, other, data, unpaired=unpaired) for data in dict.fromkeys(key.data for key in common)}
    rows = []
    for key in common:
        samples = [_sample(scored, key, drawn) for scored, drawn in zip((one, other), draws[key.data], strict=True)]
        if samples[0] is None or samples[1] is None:
            left_out[key.metric] = "one value for the whole test set"
            continue
        found = subtract(samples[0], samples[1], mine[key]["rule"], paired=not unpaired)
        if min(found.images) and found.means != (None, None):
            rows.append(_row(mine[key], (mine[key]["given_mask"], theirs[key]["given_mask"]), found))
    if not rows:
        raise RequestError("the runs have no score in common", code="nothing-to-compare", where=names_of(one, other))
    return Comparison((one.run, other.run), changes.of_plans(one.run.planned, other.run.planned), rows, left_out)


def _only_in_one(mine: Iterable[Key], theirs: Iterable[Key]) -> Iterator[tuple[str, str]]:
    """Yield each test set, corruption and metric that only one of two runs has."""
    for part in ("data", "corruption", "metric"):
        a, b = (dict.fromkeys(getattr(key, part) for key in keys) for keys in (mine, theirs))
        yield from ((name, "only in A") for name in a if name not in b)
        yield from ((name, "only in B") for name in b if name not in a)


Drawn: TypeAlias = tuple[Sequence[Image], Resamples]


def _draw(one: ScoredRun, other: ScoredRun, data: str, *, unpaired: bool) -> tuple[Drawn, Drawn]:
    """Return the images of each run in a test set, and resamples of their groups; paired runs share both."""
    rng = generator(one.run.planned.test_seed, "compare", data)

    def drawn(scored: ScoredRun) -> Drawn:
        images = scored.scores.of(data)
        return images, Resamples([scored.scores.groups[image] for image in images], rng)

    first = drawn(one)
    return first, drawn(other) if unpaired else first


def _sample(scored: ScoredRun, key: Key, drawn: Drawn) -> Sample | None:
    """Return the scores of a row, None where images are not scored one by one."""
    images, resamples = drawn
    found = scored.scores.find(key, images)
    return None if found is None else Sample(found.values, found.pixels, resamples)


def _row(line: Mapping[str, Any], given_mask: tuple[bool, bool], found: Difference) -> Row:
    return Row(
        data=line["data"],
        corruption=line["corruption"],
        level=line["level"],
        metric=line["metric"],
        unit=line["unit"],
        better=line["better"],
        region=line["region"],
        given_mask=given_mask,
        found=found,
    )

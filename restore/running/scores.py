"""The scores of all cases on the axes of a run file, and the pooled means made of them anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from restore.errors import RequestError
from restore.pipeline.cases import Case
from restore.pipeline.score import ZERO_ERROR_DB, CaseScores
from restore.runfile.record import Scores

OWN = ""
"""The dataset of a run's own test images."""


@dataclass(frozen=True, slots=True)
class ScoredCase:
    """The scores of one case without its images: its label in a run file, its dataset, and the ids of its images."""

    label: str
    data: str
    ids: Sequence[str]
    scores: CaseScores

    @classmethod
    def of(cls, case: Case) -> ScoredCase:
        """Return the scores of a case."""
        test = case.test
        return cls(label_of(test.corruption, test.level), test.data or OWN, test.ids, case.scores)


def label_of(corruption: str, level: str | None) -> str:
    """Return the label of a case: its spec, with the level of a paired set."""
    return corruption if level is None or "@" in corruption else f"{corruption}@{level}"


def scores_of(cases: Sequence[ScoredCase]) -> Scores:
    """Return the values of all cases on common axes, NaN and 0 pixels where there is none."""
    keys = list(dict.fromkeys(key for case in cases for key in case.scores.values))
    metric, region, what = axes = [list(dict.fromkeys(key[i] for key in keys)) for i in range(3)]
    images = list(dict.fromkeys((case.data, name) for case in cases for name in case.ids))
    corruptions = list(dict.fromkeys(case.label for case in cases))
    value = np.full((len(images), len(corruptions), *map(len, axes)), np.nan, np.float32)
    pixels = np.zeros((len(images), len(corruptions), len(region)), np.int64)
    row = {image: i for i, image in enumerate(images)}
    for case in cases:
        c, rows = corruptions.index(case.label), [row[case.data, name] for name in case.ids]
        for key, values in case.scores.values.items():
            m, r, w = (axis.index(name) for axis, name in zip(axes, key, strict=True))
            value[rows, c, m, r, w] = values
        for name, counted in case.scores.pixels.items():
            if name in region:
                pixels[rows, c, region.index(name)] = counted
    return Scores(
        value=value,
        image=[name for _, name in images],
        corruption=corruptions,
        metric=metric,
        region=region,
        what=what,
        table=[line for case in cases for line in case.scores.table],
        pixels=pixels,
        data=[data for data, _ in images],
    )


def pooled(scores: Scores, metric: str, corruption: str, region: str, what: str, data: str = OWN) -> float | None:
    """Return the pooled mean in dB of a row whose rule is `db`: that of the error of all pixels together.

    `corruption` is a label of the scores' axis, `data` an additional dataset. None where no image has a value, or none
    an error. Raises `RequestError` for files of schema 1 and pretrained runs, which hold no pixel counts.
    """
    if scores.pixels is None or scores.data is None:
        hint = "repeat the run: restore run --like RUN"
        raise RequestError("the run file has no pixel counts to pool errors by", code="no-pixel-counts", hint=hint)
    axes = (scores.corruption, scores.metric, scores.region, scores.what)
    c, m, r, w = (list(axis).index(name) for axis, name in zip(axes, (corruption, metric, region, what), strict=True))
    value = scores.value[:, c, m, r, w].astype(np.float64)
    counted = ~np.isnan(value) & np.array([one == data for one in scores.data], np.bool_)
    pixels = scores.pixels[counted, c, r]
    error = np.where(value[counted] >= ZERO_ERROR_DB, 0.0, 10 ** (-value[counted] / 10))
    total = float(error @ pixels)
    return float(-10 * np.log10(total / pixels.sum())) if total > 0 else None


def row_of(line: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Return what `pooled` takes of a row of the score table."""
    label = label_of(line["corruption"], line["level"])
    return line["metric"], label, line["region"], line["what"], line["data"] or OWN

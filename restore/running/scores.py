"""The scores of all cases on the axes of a run file, found there by image, and the pooled means made of them anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from restore.errors import InputError, RequestError
from restore.pipeline.bootstrap import ZERO_ERROR_DB
from restore.pipeline.cases import Case
from restore.pipeline.score import CaseScores
from restore.runfile.record import ALSO, Scores, SplitIds
from restore.running import changes

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
    counts, datasets = _counted(scores)
    axes = (scores.corruption, scores.metric, scores.region, scores.what)
    c, m, r, w = (list(axis).index(name) for axis, name in zip(axes, (corruption, metric, region, what), strict=True))
    value = scores.value[:, c, m, r, w].astype(np.float64)
    counted = ~np.isnan(value) & np.array([one == data for one in datasets], np.bool_)
    pixels = counts[counted, c, r]
    error = np.where(value[counted] >= ZERO_ERROR_DB, 0.0, 10 ** (-value[counted] / 10))
    total = float(error @ pixels)
    return float(-10 * np.log10(total / pixels.sum())) if total > 0 else None


class Key(NamedTuple):
    """A row of the score table, in the order in which `pooled` takes it; `corruption` is a label of the scores' axis."""

    metric: str
    corruption: str
    region: str
    what: str
    data: str


def row_of(line: Mapping[str, Any]) -> Key:
    """Return what `pooled` takes of a row of the score table."""
    label = label_of(line["corruption"], line["level"])
    return Key(line["metric"], label, line["region"], line["what"], line["data"] or OWN)


class Found(NamedTuple):
    """The scores of N images in one row, float32 (N,), NaN where none applies, and the pixels of its region, int64 (N,)."""

    values: NDArray[np.float32]
    pixels: NDArray[np.int64]


Image: TypeAlias = tuple[str, str]
"""Dataset and id of an image, as the scores have them."""


class ImageScores:
    """The scores of a run's test images, found by image and row."""

    def __init__(self, scores: Scores, data: Mapping[str, SplitIds], where: str) -> None:
        """Take the scores and splits of a run file, which errors call `where`.

        Raises `RequestError` where it holds no pixel counts, `InputError` where the images
        scored are not those of its test sets.
        """
        self.scores = scores
        self.pixels, datasets = _counted(scores, where)
        self.places = {image: place for place, image in enumerate(zip(datasets, scores.image, strict=True))}
        self.groups = dict(_groups(data))
        if self.places.keys() != self.groups.keys():
            raise InputError("the images scored are not those of the test sets", code="bad-run-file", where=where)

    def rows_of(self, what: str) -> dict[Key, Mapping[str, Any]]:
        """Return the lines of the score table for one kind of row."""
        return {row_of(line): line for line in self.scores.table or () if line["what"] == what}

    def of(self, data: str) -> list[Image]:
        """Return the images of a dataset."""
        return [image for image in self.places if image[0] == data]

    def find(self, key: Key, images: Sequence[Image]) -> Found | None:
        """Return the scores of images in a row, None where they are not scored one by one."""
        axes = (self.scores.corruption, self.scores.metric, self.scores.region, self.scores.what)
        labels = (key.corruption, key.metric, key.region, key.what)
        if not all(label in axis for axis, label in zip(axes, labels, strict=True)):
            return None
        c, m, r, w = (list(axis).index(label) for axis, label in zip(axes, labels, strict=True))
        places = [self.places[image] for image in images]
        return Found(self.scores.value[places, c, m, r, w], self.pixels[places, c, r])


def _groups(data: Mapping[str, SplitIds]) -> Iterator[tuple[Image, str]]:
    """Yield the group of every image that a run was tested on."""
    for name, split in changes.tested(data).items():
        other = name.removeprefix(ALSO) if name.startswith(ALSO) else OWN
        for ident, group in zip(split.ids, split.groups, strict=True):
            yield (other, f"{other}/{ident}" if other else ident), group


def _counted(scores: Scores, where: str = "") -> tuple[NDArray[np.int64], Sequence[str]]:
    """Return the pixel counts and datasets of scores; raises `RequestError` for files that hold none."""
    if scores.pixels is None or scores.data is None:
        hint = "repeat the run: restore run --like RUN"
        what = "the run file has no pixel counts to pool errors by"
        raise RequestError(what, code="no-pixel-counts", where=where, hint=hint)
    return scores.pixels, scores.data

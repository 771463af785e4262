"""From what the stages give to what a run file says, and back where a run is carried on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from restore.engine import Case
from restore.runfile.record import Event, Gallery, Record, Scores, Split, State
from restore.stages.data import Data
from restore.stages.model import Arrays, Checkpoint
from restore.values import Images


def now() -> str:
    """Return the time, ISO 8601 UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def splits_of(pictures: Data) -> dict[str, Split]:
    """Return ids, groups and hashes of the pictures in each split."""
    parts = {"train": pictures.train, "validation": pictures.validation, "test": pictures.test}
    return {name: Split(list(one.ids), list(one.groups), list(one.sha256)) for name, one in parts.items()}


class Recording:
    """A run being made: keeps its record and commits it after every change."""

    def __init__(self, record: Record, commit: Callable[[Record], None], began: float) -> None:
        """Take the record as it stands; `commit` writes it, `began` is when this sitting began (`perf_counter`)."""
        self.record = record
        self._commit = commit
        self._counted = began

    def commit(self, **changes: Any) -> None:
        """Change the record and write it, with the seconds of work so far."""
        self._count("total", time.perf_counter() - self._counted)
        self._counted = time.perf_counter()
        self.record = replace(self.record, **changes)
        self._commit(self.record)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Count the seconds of a part of the work, also where it ends early."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._count(part, time.perf_counter() - start)

    def _count(self, part: str, seconds: float) -> None:
        before = self.record.seconds
        self.record = replace(self.record, seconds={**before, part: before.get(part, 0.0) + seconds})

    def note(self, level: str, text: str) -> None:
        """Add a line to the run's diary, written with the next commit."""
        self.record = replace(self.record, events=[*self.record.events, Event(now(), level, text)])

    def commit_epoch(self, checkpoint: Checkpoint, paths: Sequence[str], optimizer_paths: Sequence[str]) -> None:
        """Write a checkpoint; `paths` name the model's variables, `optimizer_paths` the optimizer's."""
        training = {
            "best_epoch": checkpoint.best_epoch,
            "wait": checkpoint.wait,
            "stopped_early": checkpoint.stopped_early,
        }
        self.commit(
            history=checkpoint.history,
            weights=_named(paths, checkpoint.best),
            state=State(_named(paths, checkpoint.weights), _named(optimizer_paths, checkpoint.optimizer), training),
        )

    def commit_scores(self, cases: Sequence[Case], gallery: int) -> None:
        """Write the scores of all cases, and `gallery` pictures of each (none for 0)."""
        self.commit(scores=_scores_of(cases), gallery=_gallery_of(cases, gallery) if gallery else None)


def checkpoint_of(record: Record) -> Checkpoint:
    """Return the training as it stood when `record` was written."""
    if record.state is None:
        return Checkpoint()
    said = record.state.training
    return Checkpoint(
        history=tuple({name: v for name, v in row.items() if not np.isnan(v)} for row in record.history),
        best_epoch=said["best_epoch"],
        wait=said["wait"],
        best=[array for _, array in record.weights],
        weights=[array for _, array in record.state.weights],
        optimizer=[array for _, array in record.state.optimizer],
        stopped_early=said["stopped_early"],
    )


def _named(paths: Sequence[str], arrays: Arrays) -> list[tuple[str, Any]]:
    return list(zip(paths, arrays, strict=True))


def _scores_of(cases: Sequence[Case]) -> Scores:
    """Return the values of all cases on common axes, NaN where there is none."""
    keys = list(dict.fromkeys(key for case in cases for key in case.scores.values))
    axes = [list(dict.fromkeys(key[i] for key in keys)) for i in range(3)]
    images = list(dict.fromkeys(name for case in cases for name in case.test.ids))
    corruptions = [_label(case) for case in cases]
    value = np.full((len(images), len(cases), *(len(axis) for axis in axes)), np.nan, np.float32)
    row = {name: i for i, name in enumerate(images)}
    for c, case in enumerate(cases):
        rows = [row[name] for name in case.test.ids]
        for key, values in case.scores.values.items():
            m, r, w = (axis.index(name) for axis, name in zip(axes, key, strict=True))
            value[rows, c, m, r, w] = values
    metric, region, what = axes
    table = [line for case in cases for line in case.scores.table]
    return Scores(value, images, corruptions, metric, region, what, table)


def _label(case: Case) -> str:
    """Return what tells a case from the others: its spec, with the level of a paired set."""
    level = case.test.level
    return case.test.corruption if level is None or "@" in case.test.corruption else f"{case.test.corruption}@{level}"


def _gallery_of(cases: Sequence[Case], count: int) -> Gallery:
    """Return worst, median and best picture of each case by its first metric, and the first ones."""
    kept: list[tuple[Case, int, str]] = []
    for case in cases:
        ranks = _ranks(case)
        chosen = dict(list(ranks.items())[:count])
        for i in range(len(case.test.ids)):
            if len(chosen) >= count:
                break
            chosen.setdefault(i, "first")
        kept += [(case, i, rank) for i, rank in chosen.items()]

    def stack(pick: Callable[[Case, int], Any]) -> Any:
        return np.stack([_to_uint8(pick(case, i)) for case, i, _ in kept])

    def has_confidence(case: Case) -> bool:
        return case.rows[-1].confidence is not None

    return Gallery(
        clean=stack(lambda case, i: case.test.clean[i]),
        damaged=stack(lambda case, i: case.test.damaged[i]),
        restored=stack(lambda case, i: _restored(case)[i]),
        mask=stack(lambda case, i: np.float32(1) * _used(case)[i]),
        confidence=stack(lambda case, i: _confidence(case)[i]) if all(map(has_confidence, cases)) else None,
        index=[{"id": case.test.ids[i], "corruption": _label(case), "rank": rank} for case, i, rank in kept],
    )


def _ranks(case: Case) -> dict[int, str]:
    """Return the worst, median and best image by the first metric that each image has, in the hole if there is one."""
    for region in ("hole", "full"):
        for (metric, where, what), values in case.scores.values.items():
            applies = np.flatnonzero(~np.isnan(values))
            if what == "restored" and where == region and applies.size:
                lower = any(line["metric"] == metric and line["better"] == "lower" for line in case.scores.table)
                order = applies[np.argsort(-values[applies] if lower else values[applies], kind="stable")]
                places = {"worst": order[0], "median": order[len(order) // 2], "best": order[-1]}
                return {int(i): rank for rank, i in places.items()}
    return {}


def _restored(case: Case) -> Images:
    images = case.rows[-1].images
    assert images is not None
    return images


def _used(case: Case) -> Any:
    used = case.rows[-1].used
    assert used is not None
    return used


def _confidence(case: Case) -> Images:
    confidence = case.rows[-1].confidence
    assert confidence is not None
    return confidence


def _to_uint8(image: Images) -> Any:
    return np.round(np.asarray(image, np.float32) * 255).astype(np.uint8)

"""From what the stages give to what a run file says, and back where a run is carried on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np

from restore.pipeline.data import Data
from restore.pipeline.engine import Case
from restore.pipeline.model import Arrays, Checkpoint
from restore.pipeline.score import CaseScores
from restore.runfile.record import Gallery, LogEntry, Record, Scores, SplitIds, State


def now() -> str:
    """Return the time, ISO 8601 UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def splits_of(pictures: Data) -> dict[str, SplitIds]:
    """Return ids, groups and hashes of the pictures in each split, and in each other data set."""
    parts = {"train": pictures.train, "validation": pictures.validation, "test": pictures.test}
    parts |= {f"also {name}": one for name, one in pictures.others.items()}
    return {name: SplitIds(list(one.ids), list(one.groups), list(one.sha256)) for name, one in parts.items()}


class Recording:
    """A run being made: keeps its record and commits it after every change."""

    def __init__(self, record: Record, commit: Callable[[Record], None], began: float) -> None:
        """Take the record as it stands; `commit` writes it, `began` is when this sitting began (`perf_counter`)."""
        self.record = record
        self.epochs = len(record.history)
        """How many epochs stand in the file."""
        self._commit = commit
        self._counted = began

    def commit(self, **changes: Any) -> None:
        """Change the record and write it, with the seconds of work so far."""
        self._count("total", time.perf_counter() - self._counted)
        self._counted = time.perf_counter()
        self.record = replace(self.record, **changes)
        self._commit(self.record)
        self.epochs = len(self.record.history)

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
        self.record = replace(self.record, events=[*self.record.events, LogEntry(now(), level, text)])

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

    def commit_scores(self, cases: Iterable[Case], gallery: int) -> None:
        """Write the scores of all cases, and `gallery` pictures of each (none for 0), keeping no case whole."""
        kept = list(map(partial(_Kept.of, count=gallery), cases))
        self.commit(scores=_scores_of(kept), gallery=_gallery_of(kept) if gallery else None)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a run file keeps of a case: its scores, and the pictures of its gallery by name, uint8."""

    label: str
    ids: Sequence[str]
    scores: CaseScores
    pictures: Mapping[str, Any]
    index: Sequence[Mapping[str, str]]

    @classmethod
    def of(cls, case: Case, count: int) -> _Kept:
        """Return what is kept of a case: worst, median and best picture by its first metric, and the first ones."""
        chosen = dict(list(_ranks(case).items())[:count])
        for i in range(len(case.test.ids)):
            if len(chosen) >= count:
                break
            chosen.setdefault(i, "first")
        made, label = case.rows[-1], _label(case)
        layers = {
            "clean": case.test.clean,
            "damaged": case.test.damaged,
            "restored": made.images,
            "mask": made.used,
            "confidence": made.confidence,
        }
        pictures = {name: _to_uint8(layer[list(chosen)]) for name, layer in layers.items() if layer is not None}
        index = [{"id": case.test.ids[i], "corruption": label, "rank": rank} for i, rank in chosen.items()]
        return cls(label, case.test.ids, case.scores, pictures, index)


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


def _scores_of(cases: Sequence[_Kept]) -> Scores:
    """Return the values of all cases on common axes, NaN where there is none."""
    keys = list(dict.fromkeys(key for case in cases for key in case.scores.values))
    axes = [list(dict.fromkeys(key[i] for key in keys)) for i in range(3)]
    images = list(dict.fromkeys(name for case in cases for name in case.ids))
    corruptions = list(dict.fromkeys(case.label for case in cases))
    value = np.full((len(images), len(corruptions), *(len(axis) for axis in axes)), np.nan, np.float32)
    row = {name: i for i, name in enumerate(images)}
    for case in cases:
        c, rows = corruptions.index(case.label), [row[name] for name in case.ids]
        for key, values in case.scores.values.items():
            m, r, w = (axis.index(name) for axis, name in zip(axes, key, strict=True))
            value[rows, c, m, r, w] = values
    metric, region, what = axes
    table = [line for case in cases for line in case.scores.table]
    return Scores(value, images, corruptions, metric, region, what, table)


def _gallery_of(cases: Sequence[_Kept]) -> Gallery:
    """Return the pictures of all cases, confidence only where each has it."""

    def stack(name: str) -> Any:
        return np.concatenate([case.pictures[name] for case in cases])

    return Gallery(
        clean=stack("clean"),
        damaged=stack("damaged"),
        restored=stack("restored"),
        mask=stack("mask"),
        confidence=stack("confidence") if all("confidence" in case.pictures for case in cases) else None,
        index=[line for case in cases for line in case.index],
    )


def _label(case: Case) -> str:
    """Return what tells a case from the others: its spec, with the level of a paired set."""
    level = case.test.level
    return case.test.corruption if level is None or "@" in case.test.corruption else f"{case.test.corruption}@{level}"


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


def _to_uint8(images: Any) -> Any:
    return np.round(np.asarray(images, np.float32) * 255).astype(np.uint8)

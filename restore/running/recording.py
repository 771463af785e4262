"""From what the stages return to what a run file holds, and back where a run is resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from restore.pipeline.cases import Case
from restore.pipeline.data import Data
from restore.pipeline.model import ByName, Checkpoint
from restore.plugins.values import Json
from restore.runfile.record import ALSO, GalleryImage, LogEntry, Record, SplitIds, State
from restore.running.gallery import gallery_of
from restore.running.scores import ScoredCase, scores_of

if TYPE_CHECKING:
    from restore.runfile.record import Variables

Paths: TypeAlias = Mapping[str, Sequence[str]]
"""The paths of variables, by network."""
SIDES = ("top", "bottom", "left", "right")
GALLERY = 10_000
"""Images of a gallery over all cases: with six arrays each, a run file stays below the objects that it may hold."""


def now() -> str:
    """Return the time, ISO 8601 UTC to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def splits_of(images: Data) -> dict[str, SplitIds]:
    """Return ids, groups and hashes of the images in each split, and in each additional dataset."""
    parts = {"train": images.train, "validation": images.validation, "test": images.test}
    parts |= {f"{ALSO}{name}": one for name, one in images.others.items()}
    return {name: SplitIds(list(one.ids), list(one.groups), list(one.sha256)) for name, one in parts.items()}


def margins_of(images: Data) -> list[Json]:
    """Return the lines trimmed from images of each size, as a run file holds them."""
    return [{"size": list(size), **dict(zip(SIDES, lines, strict=True))} for size, lines in images.trimmed.items()]


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
        before, self._counted = self._counted, time.perf_counter()
        self._count("total", self._counted - before)
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
        """Add a line to the run's log, written with the next commit."""
        self.record = replace(self.record, events=[*self.record.events, LogEntry(now(), level, text)])

    def commit_epoch(self, checkpoint: Checkpoint, paths: Paths, optimizer_paths: Paths) -> None:
        """Write a checkpoint; `paths` name the variables of each network, `optimizer_paths` those of each optimizer."""
        training = {
            "best_epoch": checkpoint.best_epoch,
            "wait": checkpoint.wait,
            "stopped_early": checkpoint.stopped_early,
        }
        state = State(_named(paths, checkpoint.weights), _named(optimizer_paths, checkpoint.optimizer), training)
        self.commit(history=checkpoint.history, weights=_named(paths, checkpoint.best), state=state)

    def keep_weights(self, best: ByName, paths: Paths) -> None:
        """Keep the weights that training ended with, calibrated, written with the next commit."""
        self.record = replace(self.record, weights=_named(paths, best))

    def commit_scores(self, cases: Iterable[Case], gallery: int) -> None:
        """Write the scores of all cases, and `gallery` images of each (none for 0), keeping no case whole."""
        scored: list[ScoredCase] = []
        galleries: list[list[GalleryImage]] = []
        for case in cases:
            scored.append(ScoredCase.of(case))
            galleries.append(gallery_of(case, scored[-1].label, gallery))
        room = GALLERY // max(1, len(galleries))
        if gallery > room:
            self.note("warning", f"the gallery keeps {room} images of each case: {GALLERY:,} in all are the limit")
        kept = [image for images in galleries for image in images[:room]]
        self.commit(scores=scores_of(scored), gallery=kept if gallery else None)


def checkpoint_of(record: Record) -> Checkpoint:
    """Return the training as it stood when `record` was written."""
    if record.state is None:
        return Checkpoint()
    training = record.state.training
    return Checkpoint(
        history=tuple({name: v for name, v in row.items() if not np.isnan(v)} for row in record.history),
        best_epoch=training["best_epoch"],
        wait=training["wait"],
        best=arrays_of(record.weights),
        weights=arrays_of(record.state.weights),
        optimizer=arrays_of(record.state.optimizer),
        stopped_early=training["stopped_early"],
    )


def arrays_of(variables: Mapping[str, Variables]) -> dict[str, list[Any]]:
    """Return the arrays of named variables, by network and position."""
    return {name: [array for _, array in ours] for name, ours in variables.items()}


def _named(paths: Paths, arrays: ByName) -> dict[str, list[tuple[str, Any]]]:
    return {name: list(zip(paths[name], ours, strict=True)) for name, ours in arrays.items()}

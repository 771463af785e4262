"""Runs that can be compared: their scores by image, and whether two were tested on the same damaged images."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from restore.errors import RequestError
from restore.running import changes
from restore.running.opened import Run
from restore.running.scores import ImageScores
from restore.text import few, show

DAMAGED = "damaged"
"""The rows of a score table by which it is seen whether two runs were tested on the same damaged images."""
RELATIVE, ABSOLUTE = 1e-3, 1e-6
"""How far scores of the same damaged image lie apart at most where two machines computed them."""


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A complete run with the scores of its test images."""

    run: Run
    scores: ImageScores

    @classmethod
    def of(cls, run: Run) -> ScoredRun:
        """Return a run with its scores; raises `RequestError` where it has none of single images."""
        record, where = run.record, show(run.path)
        if record.kind == "pretrained":
            what, hint = "a pretrained run has no scores of single images", "name the run that it was made from"
            raise RequestError(what, code="no-image-scores", where=where, hint=hint)
        if record.status != "complete":
            hint = "wait until it is complete" if record.status == "running" else f"restore run --resume {run.name}"
            raise RequestError(f"the run is {record.status}", code="not-complete", where=where, hint=hint)
        if record.scores is None or not record.scores.value.size:
            what, hint = "the run has no scores of single images", "repeat the run: restore run --like RUN"
            raise RequestError(what, code="no-image-scores", where=where, hint=hint)
        return cls(run, ImageScores(record.scores, record.data, where))


def names_of(one: ScoredRun, other: ScoredRun) -> str:
    """Return the files of two runs as the place of an error."""
    return f"A: {show(one.run.path)}, B: {show(other.run.path)}"


def require_same_tests(one: ScoredRun, other: ScoredRun) -> None:
    """Raise `RequestError` where two runs were tested on different images, or different damage of them."""
    mine, theirs = (changes.tested(scored.run.record.data) for scored in (one, other))
    found = [*changes.of_tests(one.run.planned, other.run.planned), *changes.of_data(mine, theirs, changes.BETWEEN)]
    # Plans and clean images do not show everything: a corruption may draw otherwise in another version.
    found = found or list(_damaged_otherwise(one.scores, other.scores))
    if found:
        what = f"the runs were tested on different images or damage: {'; '.join(found)}"
        hint = "compare them as independent groups: --unpaired"
        raise RequestError(what, code="different-tests", where=names_of(one, other), hint=hint)


def _damaged_otherwise(one: ImageScores, other: ImageScores) -> Iterator[str]:
    """Yield how many images have other pixels damaged, or other scores of the damaged image."""
    differ: dict[str, None] = {}
    for key in one.rows_of(DAMAGED):
        images = one.of(key.data)
        mine, theirs = (scores.find(key, images) for scores in (one, other))
        if mine and theirs:
            same = np.isclose(mine.values, theirs.values, RELATIVE, ABSOLUTE, equal_nan=True)
            same &= mine.pixels == theirs.pixels
            differ |= dict.fromkeys(name for (_, name), equal in zip(images, same, strict=True) if not equal)
    if differ:
        yield f"{len(differ)} images damaged or scored differently ({few(list(differ))})"

"""The trainings of `quality.py`: mixed damage on real prints, the same processor time for every model."""

from __future__ import annotations

import contextlib
import re
import signal
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quality_damage import REAL

import restore
from restore.errors import Stopped
from restore.events import EpochDone, Event

PROBED = 2
"""Epochs of the probe: the first one holds the tracing of the training step, the second is timed."""


@dataclass(frozen=True)
class Trainings:
    """Trainings on the real prints of `data`, divided by `split`, of `minutes` of processor time each.

    The damage is that of the recipe `prints-any`, and so are optimizer and augmentation. Run files lie in `runs`.
    `changes`: options of a run that are others. `seconds` are those of an epoch of each model, once probed: all seeds have
    the same number of epochs.
    """

    data: Path
    split: Mapping[str, Sequence[str]]
    minutes: float
    runs: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def train(self, model: str, seed: int) -> tuple[restore.Run, Mapping[str, float]]:
        """Return a trained run, and what it took: minutes of processor time, and epochs.

        Time is budgeted by epochs, as many as fit by a probe's second one, so that the learning rate ends where its
        schedule does; one epoch at least.
        """
        if model not in self.seconds:
            self.seconds[model] = self.probe(model)
        epochs = max(1, round(60 * self.minutes / self.seconds[model]))
        path = self.path(model, seed)
        # What an interrupted benchmark left is of no use: how long it took is not known.
        path.unlink(missing_ok=True)
        start = time.process_time()
        run = restore.run(**self._options(model, epochs, seed), runs=self.runs, name=path.stem)
        return run, {"minutes": (time.process_time() - start) / 60, "epochs": len(run.history)}

    def path(self, model: str, seed: int) -> Path:
        """Return the run file of a training."""
        return self.runs / f"{re.sub('[^A-Za-z0-9.]+', '-', model)}-seed{seed}.h5"

    def probe(self, model: str) -> float:
        """Return the processor time of an epoch in seconds, validation included."""
        ends: list[float] = []

        def listen(event: Event) -> None:
            if isinstance(event, EpochDone):
                ends.append(time.process_time())
                if len(ends) == PROBED:
                    raise Stopped(signal.SIGINT, "timed")

        with tempfile.TemporaryDirectory() as runs, contextlib.suppress(Stopped):
            restore.run(**self._options(model, PROBED + 1, 0), runs=runs, listener=listen)
        return ends[-1] - ends[-2]

    def _options(self, model: str, epochs: int, seed: int) -> Any:
        return {
            "recipe": "prints-any",
            "data": self.data,
            "dataset": REAL,
            # Scored by the benchmark; a run has to test someone.
            "split": {name: groups[: 1 if name == "test" else None] for name, groups in self.split.items()},
            "model": model,
            "epochs": epochs,
            "seed": seed,
            "split_seed": 0,
            "batch": 8,  # as for their own recipes; that of `prints-any` is for a model of experts
            "threads": 1,
            "baselines": "none",
            "metrics": "psnr",
            "gallery": 0,
        } | self.changes

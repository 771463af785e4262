"""Calibration: a trained model is shown the validation images, and sets what is not trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from restore.pipeline.model.build import Built
from restore.pipeline.model.checkpoint import Checkpoint, put_back, take
from restore.pipeline.model.targets import lent
from restore.plugins.boundary import guard
from restore.plugins.values import TrainingBatch
from restore.system.settings import own_settings


def calibrate(built: Built, trained: Checkpoint, batches: Iterable[TrainingBatch], owner: str) -> Checkpoint:
    """Put the best weights into a model, calibrate it where it can be, and return the training with what it has then.

    Networks that are not trained keep their calibration, too.
    """
    put_back(built.variables, trained.best, owner)
    if built.network.calibrate is None:
        return trained
    with guard(owner, "calibrating"), own_settings():
        built.network.calibrate(map(lent, batches))
    frozen = {name: ours for name, ours in built.variables.items() if name in built.frozen}
    put_back(frozen, {name: trained.best[name] for name in frozen}, owner)
    return replace(trained, best=take(built.variables))

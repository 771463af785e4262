"""The model stage: networks built, given their targets, trained, stopped and resumed exactly."""

from __future__ import annotations

from restore.pipeline.model.build import Built, Trainee, build, unbound
from restore.pipeline.model.calibration import calibrate
from restore.pipeline.model.checkpoint import Arrays, ByName, Checkpoint, fitting, put_back, take
from restore.pipeline.model.onnx import can_export, to_onnx
from restore.pipeline.model.targets import Batch, batches_of, check_truths, settle_targets, withheld
from restore.pipeline.model.training import compile_models, cosine, fit

__all__ = [
    "Arrays",
    "Batch",
    "Built",
    "ByName",
    "Checkpoint",
    "Trainee",
    "batches_of",
    "build",
    "calibrate",
    "can_export",
    "check_truths",
    "compile_models",
    "cosine",
    "fit",
    "fitting",
    "put_back",
    "settle_targets",
    "take",
    "to_onnx",
    "unbound",
    "withheld",
]

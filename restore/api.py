"""The only module that plugin authors import from; it loads nothing heavy."""

from __future__ import annotations

from restore.errors import InputError, RequestError, WorkError
from restore.images import read_dpi, read_mask
from restore.plugins.building import assemble_model, build_model
from restore.plugins.components import (
    API_VERSION,
    Augmentation,
    Corruption,
    Dataset,
    Format,
    Metric,
    Model,
    Pretrained,
    Recipe,
)
from restore.plugins.folder_source import FolderSource
from restore.plugins.hookspecs import hookimpl
from restore.plugins.values import Damaged, Network, Restored, Sample, Scored, Source, TrainingBatch
from restore.randomness import generator

__all__ = [
    "API_VERSION",
    "Augmentation",
    "Corruption",
    "Damaged",
    "Dataset",
    "FolderSource",
    "Format",
    "InputError",
    "Metric",
    "Model",
    "Network",
    "Pretrained",
    "Recipe",
    "RequestError",
    "Restored",
    "Sample",
    "Scored",
    "Source",
    "TrainingBatch",
    "WorkError",
    "assemble_model",
    "build_model",
    "generator",
    "hookimpl",
    "read_dpi",
    "read_mask",
]

"""The one module that plugin authors import from; it loads nothing heavy."""

from __future__ import annotations

from restore.components import API_VERSION, Corruption, Dataset, Metric, Model, Recipe
from restore.errors import InputError, RequestError, WorkError
from restore.hookspecs import hookimpl
from restore.images import read_dpi, read_mask
from restore.randomness import generator
from restore.sources import FolderSource
from restore.values import Damaged, Network, Restored, Sample, Scored, Source

__all__ = [
    "API_VERSION",
    "Corruption",
    "Damaged",
    "Dataset",
    "FolderSource",
    "InputError",
    "Metric",
    "Model",
    "Network",
    "Recipe",
    "RequestError",
    "Restored",
    "Sample",
    "Scored",
    "Source",
    "WorkError",
    "generator",
    "hookimpl",
    "read_dpi",
    "read_mask",
]

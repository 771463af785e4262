"""The data stage: a source made into training, validation and test images."""

from __future__ import annotations

from restore.pipeline.data.cache import cache_folder, cache_size
from restore.pipeline.data.division import NOTHING, Learned
from restore.pipeline.data.examples import Data, Examples, Skipped
from restore.pipeline.data.prepare import prepare
from restore.pipeline.data.windows import Pieces, fixed_pieces, tiles, training_pieces

__all__ = [
    "NOTHING",
    "Data",
    "Examples",
    "Learned",
    "Pieces",
    "Skipped",
    "cache_folder",
    "cache_size",
    "fixed_pieces",
    "prepare",
    "tiles",
    "training_pieces",
]

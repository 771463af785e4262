"""The data stage: a source made into train, validation and test images of one size."""

from __future__ import annotations

from restore.stages.data.cache import cache_folder, cache_size
from restore.stages.data.examples import Data, Examples, Skipped
from restore.stages.data.prepare import prepare

__all__ = ["Data", "Examples", "Skipped", "cache_folder", "cache_size", "prepare"]

"""The data stage: a source made into training, validation and test images of one size."""

from __future__ import annotations

from restore.pipeline.data.cache import cache_folder, cache_size
from restore.pipeline.data.examples import Data, Examples, Skipped
from restore.pipeline.data.prepare import prepare

__all__ = ["Data", "Examples", "Skipped", "cache_folder", "cache_size", "prepare"]

"""A trained model as a function on arrays of any size and depth; the composite."""

from __future__ import annotations

from restore.pipeline.restorer.exported import Unusable, assemble, open_networks
from restore.pipeline.restorer.restorer import AT_ONCE, Form, RestoredSet, Restorer, composite

__all__ = [
    "AT_ONCE",
    "Form",
    "RestoredSet",
    "Restorer",
    "Unusable",
    "assemble",
    "composite",
    "open_networks",
]

"""Synthetic prints, generated on the fly: a finger is drawn, its ridges are grown, and a sensor captures it."""

from __future__ import annotations

from restore_fingerprint.synthetic.source import SyntheticPrints, synthetic

__all__ = ["SyntheticPrints", "synthetic"]

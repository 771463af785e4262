"""Prints made on the fly: a finger is drawn, its ridges are grown, and it touches a sensor."""

from __future__ import annotations

from restore_fingerprint.synthetic.source import SyntheticPrints, synthetic

__all__ = ["SyntheticPrints", "synthetic"]

"""Minutiae of prints: extracted, paired, written."""

from restore_fingerprint.minutiae.extractors import Extractor, extractor
from restore_fingerprint.minutiae.values import Minutiae

__all__ = ["Extractor", "Minutiae", "extractor"]

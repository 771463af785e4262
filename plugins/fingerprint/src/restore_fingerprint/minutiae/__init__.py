"""Minutiae: extraction, pairing, and templates."""

from restore_fingerprint.minutiae.extractors import Extractor, Name, chosen, extractor, find_minutiae
from restore_fingerprint.minutiae.values import Minutiae, within

__all__ = ["Extractor", "Minutiae", "Name", "chosen", "extractor", "find_minutiae", "within"]

"""Corruptions for every domain."""

"""Metrics for every domain."""

"""Metrics of prints."""

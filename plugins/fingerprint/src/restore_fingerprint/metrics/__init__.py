"""Metrics for prints."""

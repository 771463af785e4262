"""Metrics that every domain shares."""

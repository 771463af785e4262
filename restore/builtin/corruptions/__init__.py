"""Corruptions that every domain shares."""

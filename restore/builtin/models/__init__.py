"""Models that every domain shares."""

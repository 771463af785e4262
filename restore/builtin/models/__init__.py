"""Models for every domain, trained and classical."""

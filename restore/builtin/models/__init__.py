"""The models every domain shares, trained and classical."""

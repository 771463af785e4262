"""Fingerprints for the restore toolkit."""

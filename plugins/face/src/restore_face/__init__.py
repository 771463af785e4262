"""Faces for the restore toolkit."""

"""Rendering of synthetic portraits: the subject, the shot, and every part of the image."""

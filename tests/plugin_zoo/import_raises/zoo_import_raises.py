"""A plugin whose import raises."""

raise ImportError("no module named scratchlib")

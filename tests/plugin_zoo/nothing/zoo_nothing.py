"""A plugin that registers nothing."""

RESTORE_API = 1

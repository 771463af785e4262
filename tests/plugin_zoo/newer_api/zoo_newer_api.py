"""A plugin for a later interface."""

RESTORE_API = 2

"""A plugin that registers one name twice."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_duplicate:scratch", summary) for summary in ("One.", "Another.")]

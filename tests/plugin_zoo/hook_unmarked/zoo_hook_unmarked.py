"""A plugin that forgot to mark its hook."""

from restore.api import Corruption

RESTORE_API = 1


def restore_corruptions():
    return [Corruption("scratch", "zoo_hook_unmarked:scratch", "A scratch.")]

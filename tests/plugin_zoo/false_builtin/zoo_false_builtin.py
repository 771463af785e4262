"""A plugin that calls itself builtin."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_false_builtin:scratch", "A scratch.")]

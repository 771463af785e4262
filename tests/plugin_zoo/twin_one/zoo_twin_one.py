"""A plugin whose name another one has too."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_twin_one:scratch", "A scratch.")]

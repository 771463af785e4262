"""A plugin whose hook returns one component, not a list."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return Corruption("scratch", "zoo_no_list:scratch", "A scratch.")

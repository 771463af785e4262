"""A plugin with a level that no spec can name."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_bad_level:scratch", "A scratch.", levels={"very hard": {}})]

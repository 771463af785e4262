"""A plugin with a component of the reserved name."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("none", "zoo_reserved_name:scratch", "Nothing.")]

"""A plugin with a component that says nothing of itself."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_bad_field:scratch", None)]

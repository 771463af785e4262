"""A plugin with a component that no spec can name."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("a scratch", "zoo_bad_name:scratch", "A scratch.")]

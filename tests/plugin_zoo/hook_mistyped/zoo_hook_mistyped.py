"""A plugin with a misspelt hook."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruption():
    return [Corruption("scratch", "zoo_hook_mistyped:scratch", "A scratch.")]

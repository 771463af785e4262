"""A plugin whose name no spec can write."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_bad_plugin_name:scratch", "A scratch.")]

"""A plugin whose hook forgot its return."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    [Corruption("scratch", "zoo_no_return:scratch", "A scratch.")]

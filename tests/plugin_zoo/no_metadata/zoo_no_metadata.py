"""A plugin whose distribution lost its metadata."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_no_metadata:scratch", "A scratch.")]

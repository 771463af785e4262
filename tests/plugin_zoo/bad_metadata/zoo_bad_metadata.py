"""A plugin whose distribution's metadata is no text."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_bad_metadata:scratch", "A scratch.")]

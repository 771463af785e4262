"""A plugin whose hook raises."""

from restore.api import hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    raise OSError("the licence server\ndoes not answer")

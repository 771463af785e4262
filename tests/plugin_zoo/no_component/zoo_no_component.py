"""A plugin whose hook returns text."""

from restore.api import hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return ["scratch"]

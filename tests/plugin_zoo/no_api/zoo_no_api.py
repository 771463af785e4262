"""A plugin that does not say which interface it was written for."""

from restore.api import hookimpl


@hookimpl
def restore_corruptions():
    return []

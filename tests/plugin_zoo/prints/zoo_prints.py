"""A plugin that prints while it is loaded."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1
print("loading scratches")  # noqa: T201


@hookimpl
def restore_corruptions():
    print("registering scratches")  # noqa: T201
    return [Corruption("scratch", "zoo_prints:scratch", "A scratch.")]

"""A plugin without a fault."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_good:scratch", "A scratch.", levels={"easy": {"count": 1}})]


def scratch(image, rng, *, count: int = 2):
    raise RuntimeError(f"{count} scratches")

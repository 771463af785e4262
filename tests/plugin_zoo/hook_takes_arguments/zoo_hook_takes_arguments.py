"""A plugin whose hook wants what no hook gets."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions(config):
    return [Corruption("scratch", "zoo_hook_takes_arguments:scratch", config)]

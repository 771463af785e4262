"""A plugin whose import takes its time."""

import time

from restore.api import Corruption, hookimpl

RESTORE_API = 1
time.sleep(0.06)


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_slow:scratch", "A scratch.")]

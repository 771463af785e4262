"""A plugin whose entry module imports numpy."""

import numpy as np

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_heavy:scratch", f"{np.pi:.0f} scratches.")]

"""A plugin that changes the process while it is imported."""

import os
import sys
import warnings

from restore.api import Corruption, hookimpl

RESTORE_API = 1
warnings.simplefilter("error")
os.chdir("/")
sys.stdout = None


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_meddles:scratch", "A scratch.")]

"""A plugin whose entry module imports TensorFlow."""

import tensorflow as tf

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_tensorflow:scratch", f"A scratch, by {tf.__name__}.")]

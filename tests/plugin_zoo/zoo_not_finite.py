"""A plugin that loads, and whose model comes to numbers that are none, where and when it is told to."""

from restore.api import Model, hookimpl

RESTORE_API = 1


@hookimpl
def restore_models():
    return [Model("poisoned", "zoo_not_finite_parts:poisoned", "Turns bad in a training step.")]

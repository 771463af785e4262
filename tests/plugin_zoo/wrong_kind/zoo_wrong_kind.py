"""A plugin that returns a metric among its corruptions."""

from restore.api import Metric, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Metric("scratch", "zoo_wrong_kind:scratch", "A scratch.")]

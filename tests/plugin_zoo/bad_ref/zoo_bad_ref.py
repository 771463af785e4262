"""A plugin whose references lead nowhere."""

from restore.api import Corruption, Metric, hookimpl

RESTORE_API = 1
ANSWER = 42


@hookimpl
def restore_corruptions():
    return [
        Corruption("nowhere", "zoo_lost:scratch", "A module that is not there."),
        Corruption("nobody", "zoo_bad_ref:scratch", "A function that is not there."),
        Corruption("thing", "zoo_bad_ref:ANSWER", "No function."),
        Corruption("untyped", "zoo_bad_ref:untyped", "An option without a type hint."),
        Corruption("unknown", "zoo_bad_ref:unknown", "A type hint that cannot be resolved."),
    ]


@hookimpl
def restore_metrics():
    return [Metric("exits", "zoo_bad_ref.exits:score", "A module below one that is no package.")]


def untyped(image, rng, *, count=3):
    return image, rng, count


def unknown(image, rng, *, count: "Nowhere" = 3):  # noqa: F821
    return image, rng, count

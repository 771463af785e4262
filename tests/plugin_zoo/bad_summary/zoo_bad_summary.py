"""A plugin with a summary that would clear the screen."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [Corruption("scratch", "zoo_bad_summary:scratch", "A\x1b[2Jscratch.")]

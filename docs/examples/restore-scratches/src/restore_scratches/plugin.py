"""Components of the plugin; nothing heavy is imported here."""

from restore.api import Corruption, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions() -> list[Corruption]:
    return [
        Corruption(
            "scratch",
            "restore_scratches.scratch:scratch",
            "Straight white scratches.",
            levels={"easy": {"count": 1}, "medium": {"count": 3}, "hard": {"count": 8}},
        )
    ]

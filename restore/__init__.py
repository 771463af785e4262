"""Image restoration that restores only what is damaged: runs made, opened and used; nothing loads until it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from restore.running.opened import Run
    from restore.running.opened import open_run as open  # noqa: A004 - read as restore.open
    from restore.running.run import run
    from restore.tasks.apply import apply
    from restore.tasks.compare import compare
    from restore.tasks.evaluate import evaluate

__all__ = ["Run", "apply", "compare", "evaluate", "open", "run"]
_WHERE = {
    "Run": ("running.opened", "Run"),
    "apply": ("tasks.apply", "apply"),
    "compare": ("tasks.compare", "compare"),
    "evaluate": ("tasks.evaluate", "evaluate"),
    "open": ("running.opened", "open_run"),
    "run": ("running.run", "run"),
}


def __getattr__(name: str) -> Any:
    """Return a public name of the package, importing what it needs; also `__version__`."""
    if name == "__version__":
        from importlib.metadata import version

        return version("restore-toolkit")
    if name in _WHERE:
        module, found = _WHERE[name]
        return getattr(import_module(f"restore.{module}"), found)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

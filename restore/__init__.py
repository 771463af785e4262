"""Image restoration that restores only what is damaged: runs made, opened and used; nothing loads until it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from restore.running.run import Run, run
    from restore.running.run import open_run as open  # noqa: A004 - read as restore.open

__all__ = ["Run", "open", "run"]
_WHERE = {"Run": "Run", "open": "open_run", "run": "run"}


def __getattr__(name: str) -> Any:
    """Return a public name of the package, importing what it needs; also `__version__`."""
    if name == "__version__":
        from importlib.metadata import version

        return version("restore-toolkit")
    if name in _WHERE:
        return getattr(import_module("restore.running.run"), _WHERE[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The command line: one file per command, which parses, calls, and hands the result to `restore.show`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line; see `restore.cli.app.main`. Ctrl-C ends it quietly while it is loaded, too."""
    try:
        from restore.cli import app
    except KeyboardInterrupt:
        sys.exit(130)
    app.main(arguments)

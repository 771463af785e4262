"""The command line: one file per command, which parses, calls, and hands the result to `restore.show`."""

from __future__ import annotations

from restore.cli.app import main

__all__ = ["main"]

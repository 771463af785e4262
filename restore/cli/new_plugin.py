"""`restore new-plugin`: a plugin package to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Json
from restore.cli.output import print_json, print_shown


def new_plugin(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the plugin or of its package: scratches, restore-scratches.")
    ],
    folder: Annotated[Path, typer.Option("--folder", metavar="DIR", help="Folder to write it into.")] = Path(),
    json: Json = False,
) -> None:
    """Create a plugin package to start from."""
    from restore.scaffold import plugin_name, write_package

    name = plugin_name(name)
    written = write_package(name, folder)
    if json:
        print_json({"schema": 1, "name": name, "files": [str(path) for path in written]})
    else:
        print_shown(*map(str, written))

"""`restore list-plugins`: what is installed, whose it is, whether it works, and what it takes."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json
from restore.cli.failure import ShownError, print_warning
from restore.cli.output import print_json, print_shown


def list_plugins(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="KIND|NAME", help="A kind, as corruption; a plugin; or a component, with its options."
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where a plugin is broken.")] = False,
    json: Json = False,
) -> None:
    """List plugins and their components.

    With a NAME also the options: of all components of a plugin, or of one component.
    """
    from restore.plugins import discover
    from restore.show.plugins import list_options, plugin_document, plugin_parts, select

    plugins, selection = select(discover(), name)
    options, faults = list_options(selection) if selection.named else ({}, [])
    document = plugin_document(plugins, selection, options)
    print_json(document) if json else print_shown(*plugin_parts(document))
    for plugin in plugins:
        for warning in plugin.warnings:
            print_warning(f"plugin {plugin.name} ({plugin.owner}): {warning}")
    for fault in faults:
        print_warning(f"{fault.where}: {fault.what}")
    if check and (faults or any(plugin.status == "broken" for plugin in plugins)):
        raise ShownError

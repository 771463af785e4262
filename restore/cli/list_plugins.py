"""`restore list-plugins`: what is installed, whose it is, whether it works, and what it takes."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json
from restore.cli.failure import ShownError, print_warning
from restore.cli.output import print_json, print_shown
from restore.errors import RequestError

USAGE = "[KIND|NAME] [OPTIONS]"


def list_plugins(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where a plugin is broken.")] = False,
    json: Json = False,
) -> None:
    """List plugins and their components.

    KIND, one of dataset, corruption, model, metric and recipe, lists those alone. NAME, a plugin or a component, also
    lists the options.
    """
    from restore.plugins.discovery import discover
    from restore.show.plugins import list_options, plugin_document, plugin_parts, select

    # Taken from the context, since Typer loads pydantic for an argument that is declared: half of the start.
    if len(context.args) > 1:
        raise RequestError(f"one KIND or NAME at a time, not {' '.join(context.args)}", where="restore list-plugins")
    plugins, selection = select(discover(), context.args[0] if context.args else None)
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

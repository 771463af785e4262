"""`restore list-plugins`: what is installed, whose it is, whether it works, and what it takes."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json
from restore.cli.command import own_commands
from restore.cli.failure import ShownError, print_warning
from restore.cli.output import print_json, print_shown
from restore.cli.quiet import hushed
from restore.errors import RequestError

USAGE = "[KIND|NAME] [OPTIONS]"


def list_plugins(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where a plugin is broken.")] = False,
    json: Json = False,
) -> None:
    """List plugins, their components and their commands.

    KIND, one of dataset, corruption, model, metric, recipe, pretrained and format, lists those alone. NAME, a plugin or a
    component, also lists the options, and of a pretrained run its size, licence and citation.
    """
    from restore.plugins.commands import find_commands
    from restore.plugins.discovery import discover
    from restore.plugins.listing import list_details, select
    from restore.show.plugins import plugin_document, plugin_parts

    # Taken from the context, since Typer loads pydantic for an argument that is declared: half of the start.
    if len(context.args) > 1:
        raise RequestError(f"one KIND or NAME at a time, not {' '.join(context.args)}", where="restore list-plugins")
    commands = find_commands(own_commands(context))
    with hushed():  # whatever a plugin imports
        selection = select(discover(), commands, context.args[0] if context.args else None)
        details, faults = list_details(selection) if selection.named else ({}, [])
    document = plugin_document(selection, details)
    print_json(document) if json else print_shown(*plugin_parts(document))
    for plugin in selection.plugins:
        for warning in plugin.warnings:
            print_warning(f"plugin {plugin.name} ({plugin.owner}): {warning}")
    for command in selection.commands:
        if command.ignored:
            print_warning(f"{command.owner} is ignored: {command.ignored}")
    for fault in faults:
        print_warning("; ".join(filter(None, (fault.line, fault.hint))))
    broken = any(plugin.status == "broken" for plugin in selection.plugins)
    if check and (broken or any(fault.code != "missing-extra" for fault in faults)):
        raise ShownError

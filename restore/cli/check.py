"""`restore check`: whether a plugin's components keep their contracts."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Json
from restore.cli.command import own_commands
from restore.cli.failure import ShownError
from restore.cli.output import print_json, print_shown
from restore.cli.quiet import hushed, load_backend


def check(
    context: typer.Context,
    plugin: Annotated[str, typer.Argument(metavar="PLUGIN", help="The plugin's name.")],
    data: Annotated[
        Path | None, typer.Option("--data", metavar="PATH", help="Data for the plugin's datasets; else drawn images.")
    ] = None,
    json: Json = False,
) -> None:
    """Check that a plugin keeps its contracts.

    Runs the conformance checks on each of its components, and exits with 1 where one fails. With --traceback, prints
    what each failing component raised.
    """
    from restore.plugins.discovery import discover
    from restore.show.findings import check_document, check_parts
    from restore.testing import check_plugin

    with hushed():  # whatever a plugin imports
        if any(one.kind == "model" for found in discover() if found.name == plugin for one in found.components):
            load_backend()
            # Many models built one after the other are what a check is; TensorFlow warns of it for each.
            logging.getLogger("tensorflow").setLevel(logging.ERROR)
        findings = check_plugin(plugin, data=data, builtin=own_commands(context))
    if json:
        print_json(check_document(plugin, findings))
    else:
        print_shown(*check_parts(plugin, findings))
    if any(finding.problem for finding in findings):
        raise ShownError(causes=[(f"{one.component}: {one.check}", one.error) for one in findings if one.error])

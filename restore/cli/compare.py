"""`restore compare`: which of several runs restores better, on the test images that all of them scored."""

from __future__ import annotations

from typing import Annotated

import typer

from restore.cli.arguments import Json, Runs
from restore.cli.output import print_json, print_shown


def compare(
    run: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="Two runs or more, each a path, name, unique start of the id, or last; the first is compared with each other.",
        ),
    ],
    unpaired: Annotated[
        bool,
        typer.Option("--unpaired", help="Compare runs tested on different images or damage, as independent groups."),
    ] = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Compare runs by the scores of their test images.

    Shows differences of means with intervals, and which run is better where a test on the means of groups shows it.
    """
    from restore.show.compare import compare_document, compare_parts
    from restore.show.console import width_of_stdout
    from restore.tasks.compare import compare as examine

    document = compare_document(examine(*run, unpaired=unpaired, runs=runs))
    return print_json(document) if json else print_shown(*compare_parts(document, width_of_stdout()))

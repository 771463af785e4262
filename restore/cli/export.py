"""`restore export`: a run's score table for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import Overwrite, RunName, Runs
from restore.cli.output import check_file, print_text, say, show_path, write_file


def export(
    run: RunName,
    csv: Annotated[Path, typer.Option(metavar="FILE", help="The file to write, - for stdout.")],
    overwrite: Overwrite = False,
    runs: Runs = None,
) -> None:
    """Write a run's score table as CSV."""
    from restore.running.run import open_run
    from restore.show.score_csv import to_csv

    to_stdout = str(csv) == "-"
    if not to_stdout:
        check_file(csv, overwrite=overwrite)
    opened = open_run(run, runs=None if runs is None else str(runs))
    text = to_csv(opened.scores)
    if to_stdout:
        print_text(text.removesuffix("\n"))
    else:
        write_file(csv, text)
        say(f"{len(opened.scores)} scores: {show_path(csv)}")

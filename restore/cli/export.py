"""`restore export`: a run's score table for other programs, or the run itself without its images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restore.cli.arguments import Overwrite, RunName, Runs
from restore.cli.output import check_file, print_text, say, show_path
from restore.errors import RequestError

if TYPE_CHECKING:
    from restore.running.opened import Run

ENDING = ".h5"


def export(
    run: RunName,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the score table; - for stdout.")] = None,
    pretrained: Annotated[
        Path | None, typer.Option(metavar="FILE.h5", help="Write the run without anything of its images.")
    ] = None,
    overwrite: Overwrite = False,
    runs: Runs = None,
) -> None:
    """Write a run's scores, or the run without its images."""
    from restore.running.opened import open_run

    file = csv if pretrained is None else pretrained
    if file is None or None not in (csv, pretrained):
        hint = "write --csv FILE or --pretrained FILE.h5"
        raise RequestError("choose one thing to export", code="bad-option", where="restore export", hint=hint)
    if file is pretrained and file.suffix != ENDING:
        hint = f"{file.stem}{ENDING}"
        raise RequestError(f"a run file ends in {ENDING}", code="bad-option", where="--pretrained", hint=hint)
    to_stdout = str(file) == "-"
    if not to_stdout:
        check_file(file, overwrite=overwrite)
    opened = open_run(run, runs=runs)
    if file is pretrained:
        return _write_pretrained(opened, file, overwrite=overwrite)
    from restore.show.score_csv import to_csv
    from restore.system.files import write_whole

    text = to_csv(opened.scores)
    if to_stdout:
        return print_text(text.removesuffix("\n"))
    write_whole(file, text.encode("utf-8", "surrogateescape"), overwrite=overwrite)
    return say(f"{len(opened.scores)} scores: {show_path(file)}")


def _write_pretrained(opened: Run, file: Path, *, overwrite: bool) -> None:
    from restore.runfile.encode import encode
    from restore.runfile.summary import read_summary
    from restore.running.pretrained import NOBODY, strip
    from restore.system.files import write_whole

    record = replace(strip(opened.record, read_summary(opened.path).content), name=file.stem)
    write_whole(file, encode(record, NOBODY), overwrite=overwrite)
    say(f"pretrained run: {show_path(file)}")

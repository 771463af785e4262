"""`restore export`: a run's score table or split for other programs, or the run itself without its images."""

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
    split: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the split for restore run --split, CSV; - for stdout.")
    ] = None,
    overwrite: Overwrite = False,
    runs: Runs = None,
) -> None:
    """Write a run's scores, its split, or the run without its images."""
    from restore.running.opened import open_run

    files = [one for one in (csv, pretrained, split) if one is not None]
    if len(files) != 1:
        hint = "write --csv FILE, --split FILE or --pretrained FILE.h5"
        raise RequestError("choose one thing to export", code="bad-option", where="restore export", hint=hint)
    (file,) = files
    if file is pretrained and file.suffix != ENDING:
        hint = f"{file.stem}{ENDING}"
        raise RequestError(f"a run file ends in {ENDING}", code="bad-option", where="--pretrained", hint=hint)
    to_stdout = str(file) == "-"
    if not to_stdout:
        check_file(file, overwrite=overwrite)
    opened = open_run(run, runs=runs)
    if file is pretrained:
        return _write_pretrained(opened, file, overwrite=overwrite)
    from restore.system.files import write_whole

    text, what = _split_of(opened) if file is split else _scores_of(opened)
    if to_stdout:
        return print_text(text.removesuffix("\n"))
    write_whole(file, text.encode("utf-8", "surrogateescape"), overwrite=overwrite)
    return say(f"{what}: {show_path(file)}")


def _scores_of(opened: Run) -> tuple[str, str]:
    """Return a run's scores as CSV, and what they are."""
    from restore.show.score_csv import to_csv

    return to_csv(opened.scores), f"{len(opened.scores)} scores"


def _split_of(opened: Run) -> tuple[str, str]:
    """Return a run's split as CSV, and what it is; raises `RequestError` where the run has none."""
    from restore.planning.split import SETS, write_split

    sets = {name: one.groups for name, one in opened.record.data.items() if name in SETS}
    if len(sets) != len(SETS):
        hint = "a pretrained run does not name its images"
        raise RequestError("the run has no split", code="no-split", where=str(opened.path), hint=hint)
    return write_split(sets), f"split of {sum(len(set(groups)) for groups in sets.values()):,} groups"


def _write_pretrained(opened: Run, file: Path, *, overwrite: bool) -> None:
    from restore.runfile.encode import encode
    from restore.runfile.summary import read_summary
    from restore.running.pretrained import NOBODY, strip
    from restore.system.files import write_whole

    record = replace(strip(opened.record, read_summary(opened.path).content), name=file.stem)
    write_whole(file, encode(record, NOBODY), overwrite=overwrite)
    say(f"pretrained run: {show_path(file)}")

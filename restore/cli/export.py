"""`restore export`: a run's scores, split or networks for other programs, or the run itself without its images."""

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

ENDINGS = {"--pretrained": ".h5", "--keras": ".keras", "--onnx": ".onnx", "--weights": ".safetensors"}


def export(
    run: RunName,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the score table; - for stdout.")] = None,
    pretrained: Annotated[
        Path | None, typer.Option(metavar="FILE.h5", help="Write the run without anything of its images.")
    ] = None,
    split: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the split for restore run --split, CSV; - for stdout.")
    ] = None,
    keras: Annotated[Path | None, typer.Option(metavar="FILE.keras", help="Write the networks for Keras.")] = None,
    onnx: Annotated[
        Path | None,
        typer.Option(metavar="FILE.onnx", help="Write the networks as ONNX, and store them in the run if it has none."),
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(metavar="FILE.safetensors", help="Write the weights alone, by name.")
    ] = None,
    mlflow: Annotated[
        str | None,
        typer.Option(metavar="URI", help="Write the run to MLflow: a server, or a database such as sqlite:///runs.db."),
    ] = None,
    overwrite: Overwrite = False,
    runs: Runs = None,
) -> None:
    """Write scores, split or networks of a run for other tools.

    Of several networks, each has a file of its own: FILE-NETWORK.onnx for --onnx FILE.onnx.
    """
    from restore.running.opened import open_run

    texts, files = {"--csv": csv, "--split": split}, {"--pretrained": pretrained}
    files |= {"--keras": keras, "--onnx": onnx, "--weights": weights}
    given = [(option, file) for option, file in {**texts, **files}.items() if file is not None]
    if len(given) + (mlflow is not None) != 1:
        hint = f"write one of {', '.join([*texts, *files, '--mlflow'])}"
        raise RequestError("choose one thing to export", code="bad-option", where="restore export", hint=hint)
    if mlflow is not None:
        return _write_to_mlflow(open_run(run, runs=runs), mlflow)
    ((option, file),) = given
    ending = ENDINGS.get(option, file.suffix)
    if file.suffix != ending:
        raise RequestError(f"the file ends in {ending}", code="bad-option", where=option, hint=f"{file.stem}{ending}")
    if str(file) != "-":
        check_file(file, overwrite=overwrite)
    opened = open_run(run, runs=runs)
    if option in texts:
        _write_text(*(_split_of if option == "--split" else _scores_of)(opened), file, overwrite=overwrite)
    elif option == "--pretrained":
        _write_pretrained(opened, file, overwrite=overwrite)
    else:
        _write_networks(opened, option.removeprefix("--"), file, overwrite=overwrite)
    return None


def _write_to_mlflow(run: Run, uri: str) -> None:
    from restore.cli.quiet import own_stderr
    from restore.tasks.mlflow import to_mlflow

    with own_stderr():
        ident = to_mlflow(run, uri, _scores_of(run)[0])
    say(f"run {ident} of MLflow: {uri}")


def _scores_of(run: Run) -> tuple[str, str]:
    """Return a run's scores as CSV, and what they are."""
    from restore.show.score_csv import to_csv

    return to_csv(run.scores), f"{len(run.scores)} scores"


def _split_of(run: Run) -> tuple[str, str]:
    """Return a run's split as CSV, and what it is; raises `RequestError` where the run has none."""
    from restore.planning.split import SETS, write_split

    sets = {name: one.groups for name, one in run.record.data.items() if name in SETS}
    if len(sets) != len(SETS):
        hint = "a pretrained run does not name its images"
        raise RequestError("the run has no split", code="no-split", where=str(run.path), hint=hint)
    return write_split(sets), f"split of {sum(len(set(groups)) for groups in sets.values()):,} groups"


def _write_text(text: str, what: str, file: Path, *, overwrite: bool) -> None:
    from restore.system.files import write_whole

    if str(file) == "-":
        return print_text(text.removesuffix("\n"))
    write_whole(file, text.encode("utf-8", "surrogateescape"), overwrite=overwrite)
    return say(f"{what}: {show_path(file)}")


def _write_networks(run: Run, form: str, file: Path, *, overwrite: bool) -> None:
    from restore.system.files import write_whole
    from restore.tasks.export import WRITERS, places_of

    places = places_of(run, file)
    for place in places.values():
        check_file(place, overwrite=overwrite)
    networks = WRITERS[form][1](run)
    for name, place in places.items():
        write_whole(place, networks[name], overwrite=overwrite)
        say(f"network {name}: {show_path(place)}")


def _write_pretrained(run: Run, file: Path, *, overwrite: bool) -> None:
    from restore.runfile.encode import encode
    from restore.runfile.summary import read_summary
    from restore.running.opened import Run
    from restore.running.pretrained import NOBODY, strip
    from restore.system.files import write_whole
    from restore.tasks.export import to_onnx

    record = replace(strip(run.record, read_summary(run.path).content), name=file.stem)
    if run.record.exports:
        record = replace(record, exports=to_onnx(Run(run.path, record)))
    write_whole(file, encode(record, NOBODY), overwrite=overwrite)
    say(f"pretrained run: {show_path(file)}")

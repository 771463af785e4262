"""`restore show`: the plan, data, training and scores of a run, its networks, a panel of its images, and charts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restore.cli.arguments import Json, Overwrite, RunName, Runs
from restore.cli.output import check_file, print_json, print_shown, say, show_path
from restore.errors import RequestError

if TYPE_CHECKING:
    from restore.running.opened import Run

PLOTS = (".png", ".svg")


def show(
    run: RunName,
    panel: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Write a panel of clean, damaged, mask and restored images.")
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write losses, and scores by corruption, as a chart: .png or .svg."),
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Show the networks too: layers, shapes, weights. Loads Keras.")
    ] = False,
    codes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.png", help="Write inputs, codes and outputs of an autoencoder as a panel. Loads Keras."
        ),
    ] = None,
    interpolate: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="With --codes, also the steps from the code of one image to that of another."),
    ] = None,
    overwrite: Overwrite = False,
    runs: Runs = None,
    json: Json = False,
) -> None:
    """Show a run: its plan, data, training and scores."""
    from restore.running.opened import open_run

    if interpolate is not None and codes is None:
        hint = "add --codes FILE.png"
        raise RequestError("no panel of codes is written", code="conflict", where="--interpolate", hint=hint)
    for file in (panel, plot, codes):
        if file is not None:
            check_file(file, overwrite=overwrite)
    if plot is not None and plot.suffix.lower() not in PLOTS:
        raise _unfit(plot, "--plot", "a chart is written as PNG or SVG")
    opened = open_run(run, runs=runs)
    if panel is not None:
        _draw(opened, panel, overwrite=overwrite)
        say(f"panel: {show_path(panel)}")
    if plot is not None:
        _plot(opened, plot, overwrite=overwrite)
        say(f"chart: {show_path(plot)}")
    if codes is not None:
        _draw_codes(opened, codes, interpolate, overwrite=overwrite)
        say(f"codes: {show_path(codes)}")
    networks = _summarise(opened) if summary else []
    if json:
        return print_json(opened.to_json() | ({"networks": networks} if summary else {}))
    from restore.show.console import width_of_stdout
    from restore.show.run import run_parts
    from restore.show.summary import summary_parts

    return print_shown(*run_parts(opened.to_json(), opened.record, width_of_stdout()), *summary_parts(networks))


def _draw(opened: Run, file: Path, *, overwrite: bool) -> None:
    """Write the panel of a run's gallery; raises `RequestError` where the run has none."""
    from restore.images import write
    from restore.show.panels import draw_panel

    _require_gallery(opened, file, "--panel")
    write(file, draw_panel(opened.gallery), comment=opened.plan.get("notice", ""), overwrite=overwrite)


def _draw_codes(opened: Run, file: Path, between: tuple[str, str] | None, *, overwrite: bool) -> None:
    """Write the panel of a run's codes; raises `RequestError` where it has no gallery, or its model no code."""
    from restore.cli.quiet import load_backend, own_stderr
    from restore.images import write

    _require_gallery(opened, file, "--codes")
    with own_stderr():
        load_backend()
        from restore.running.coder import open_coder
        from restore.show.codes import draw_codes

        panel = draw_codes(open_coder(opened), opened.gallery, between)
    write(file, panel, comment=opened.plan.get("notice", ""), overwrite=overwrite)


def _require_gallery(opened: Run, file: Path, option: str) -> None:
    if not opened.gallery:
        hint = "complete the run; pretrained runs and those made with --gallery none have no gallery"
        raise RequestError("the run has no gallery", code="no-gallery", where=str(opened.path), hint=hint)
    if file.suffix.lower() != ".png":
        raise _unfit(file, option, "a panel is written as PNG")


def _plot(opened: Run, file: Path, *, overwrite: bool) -> None:
    """Write the charts of a run; raises `RequestError` where it has neither losses nor scores."""
    from restore.show.charts import to_file
    from restore.show.plot import charts_of
    from restore.system.files import write_whole

    charts = charts_of(opened)
    if not charts:
        hint = f"train it: restore run --resume {opened.name}"
        raise RequestError("the run has no losses to plot", code="no-losses", where=str(opened.path), hint=hint)
    write_whole(file, to_file(charts, file.suffix.lower().removeprefix(".")), overwrite=overwrite)


def _summarise(opened: Run) -> list[Any]:
    """Return the networks of a run, built by Keras."""
    from restore.cli.quiet import load_backend, own_stderr

    opened.require_weights()
    with own_stderr():
        load_backend()
        from restore.show.summary import summary_documents
        from restore.tasks.summary import summarise

        return list(summary_documents(summarise(opened)))


def _unfit(file: Path, option: str, what: str) -> RequestError:
    """Return the error of a file whose ending is another."""
    what = f"{what}, not {file.suffix or 'without an extension'}"
    return RequestError(what, code="format-not-written", where=option, hint=f"name it {file.stem}.png")

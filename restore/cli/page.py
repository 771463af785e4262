"""`restore page`: a local page on which images are restored."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from restore.cli.arguments import MaxPixels, Runs
from restore.cli.output import say
from restore.cli.quiet import hushed, own_stderr
from restore.errors import RequestError
from restore.text import show

LOCAL = "127.0.0.1"


def page(
    run: Annotated[
        str, typer.Argument(metavar="[RUN]", help="Run to restore by; by default the first pretrained one.")
    ] = "",
    host: Annotated[
        str, typer.Option(metavar="ADDR", help="Address to listen at; others than yours can then ask.")
    ] = LOCAL,
    port: Annotated[int, typer.Option(metavar="N", help="Port to listen at; 0: any free one.")] = 0,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where images and results stay; by default they are removed at the end."),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address; open no browser.")] = False,
    max_pixels: MaxPixels = None,
    runs: Runs = None,
) -> None:
    """Restore images on a page in the browser.

    Drop images, correct the damage that was found, compare, and take results away. The page is for you alone, and nothing
    leaves this machine. Ctrl-C ends it.
    """
    from restore.images import MAX_PIXELS
    from restore.planning.options import check_number
    from restore.running.opened import open_run

    if max_pixels is not None:
        check_number("max_pixels", max_pixels)
    with hushed():
        chosen = run or _pretrained()
        open_run(chosen, runs=runs).require_weights()
    from restore.page.desk import Desk
    from restore.page.serve import opened, serve

    with own_stderr(), _kept(folder) as kept, opened(host, port) as address:
        desk = Desk(kept, chosen, None if runs is None else str(runs), max_pixels or MAX_PIXELS)

        def ready() -> None:
            say(f"page: {address.url}")
            say("Ctrl-C ends it" + ("" if folder else "; take results away before, they are removed then"))
            if not no_open and _has_browser():
                import webbrowser

                webbrowser.open(address.url)

        serve(desk, address, ready)


def _pretrained() -> str:
    """Return the first pretrained run that is installed; raises `RequestError` where there is none."""
    from restore.plugins.catalogue import Catalogue

    for entry in Catalogue.installed().entries("pretrained"):
        return entry.full_name
    raise RequestError("no run to restore by", code="unknown-run", where="RUN", hint="name one: restore page RUN")


@contextlib.contextmanager
def _kept(folder: Path | None) -> Iterator[Path]:
    """Yield the folder of images and results, which no other page uses; a temporary one is removed."""
    import tempfile

    from restore.system.files import require_writable
    from restore.system.locks import hold

    if folder is None:
        with tempfile.TemporaryDirectory(prefix="restore-page-", ignore_cleanup_errors=True) as made:
            yield Path(made)
        return
    require_writable(folder, "the folder", hint="choose another: --folder DIR")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with hold(folder / ".page.lock", patience=0):
            yield folder
    except TimeoutError:
        hint = "end that one, or choose another: --folder DIR"
        raise RequestError("another page uses the folder", code="held", where=show(folder), hint=hint) from None


def _has_browser() -> bool:
    """Return whether a browser with windows can be opened; those of a terminal would take it over."""
    desktop = sys.platform in ("win32", "darwin") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(desktop)

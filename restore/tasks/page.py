"""What the page asks of the process beside it: one image restored as `restore apply` does, and made visible to browsers."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from restore.errors import RequestError, RestoreError
from restore.images import MAX_PIXELS, WRITTEN, mask_path, same_format
from restore.system.files import write_whole
from restore.tasks.batch import PNG
from restore.tasks.companions import confidence_path, strip_path
from restore.tasks.restoration import Fill, Settings
from restore.text import one_line

VISIBLE = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif", "BMP": "image/bmp"}
"""Formats, in Pillow's names, that browsers show, with their media types; of other files a PNG is made to be shown."""


@dataclass(frozen=True, slots=True)
class Order:
    """One image to restore; plain values for another process.

    `run`: as on the command line, looked for in the folder `runs`. `source`: the image's file; `folder`, which is made:
    that of its results; `mask`: its mask file, None where the model finds the damage.
    """

    run: str
    source: Path
    folder: Path
    mask: Path | None = None
    fill: Fill = "mean"
    runs: str | None = None
    max_pixels: int = MAX_PIXELS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an image, plain JSON but for the paths.

    `size`: width and height in pixels. `row`: that of the ledger; `head`: the ledger's first line, with run, version and
    settings. `files`: what can be looked at or taken away, by name, with `seen-source` and `seen-result` for browsers.
    """

    size: tuple[int, int]
    row: Mapping[str, Any]
    head: Mapping[str, Any]
    files: Mapping[str, Path]
    repeat: str


def carry_out(order: Order) -> Outcome | RestoreError:
    """Restore an image by the function of `restore apply`; an error is returned, since it is to be shown, not to end us."""
    try:
        return _carry_out(order)
    except RestoreError as error:
        return type(error)(error.what, code=error.code, where="", hint=error.hint)


def warm(run: str, runs: str | None) -> None:
    """Make a run ready in this process, so that the first image need not wait; what fails is said when one is restored."""
    from importlib.metadata import version

    from restore.runfile.summary import read_summary
    from restore.running.opened import open_run
    from restore.tasks.run_file import RunFile, prepare

    try:
        path = open_run(run, runs=runs).path.absolute()
        prepare(RunFile(str(path), read_summary(path).content, version("restore-toolkit")))
    except RestoreError:
        return


def _carry_out(order: Order) -> Outcome:
    from restore.images import read_size
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of
    from restore.running.opened import open_run
    from restore.tasks.apply import apply_files
    from restore.tasks.batch import Handling

    formats = formats_of(Catalogue.installed())
    name, width, height = read_size(order.source, max_pixels=order.max_pixels, formats=formats)
    settings = Settings(
        mask=None if order.mask is None else str(order.mask), fill=order.fill,
        save_mask=True, save_confidence=True, strip=True, max_pixels=order.max_pixels,
    )  # fmt: skip
    run = open_run(order.run, runs=order.runs)
    target = order.folder / f"{order.source.stem}{_ending(order.source, name)}"
    order.folder.mkdir()
    applied = apply_files(run, [str(order.source)], target, settings, Handling())
    (row,) = applied.rows
    if not row.done:
        raise RequestError(row.reason, code=row.code)
    found = {
        "source": order.source, "result": target, "mask": mask_path(target), "confidence": confidence_path(target),
        "strip": strip_path(target), "record": applied.ledger,
    }  # fmt: skip
    seen = {f"seen-{which}": _visible(found[which], name, order) for which in ("source", "result")}
    files = {which: path for which, path in (found | seen).items() if path.exists()}
    head = json.loads(applied.ledger.read_bytes().partition(b"\n")[0])
    return Outcome(_upright(files, width, height), asdict(row), head, files, _command(order, target))


def _ending(source: Path, name: str) -> str:
    """Return the ending of a result: that of the source where such files are written, else that of its format `name`, else PNG."""
    if source.suffix.lower() in WRITTEN:
        return source.suffix
    return next((ending for ending, written in WRITTEN.items() if written == same_format(name)), PNG)


def _visible(path: Path, name: str, order: Order) -> Path:
    """Return a file that browsers show for an image of the format `name`: its own, else a PNG of 8 bits, which is made."""
    from restore.images import encoded, read
    from restore.plugins.catalogue import Catalogue
    from restore.plugins.formats import formats_of

    if same_format(name) in VISIBLE or (path != order.source and path.suffix == PNG):
        return path
    image = read(path, max_pixels=order.max_pixels, formats=formats_of(Catalogue.installed()))
    which = "source" if path == order.source else "result"
    shown = order.folder / f"{which}.seen.png"
    write_whole(shown, encoded(shown, image.pixels, like=replace(image, depth=8), depth=8))
    return shown


def _upright(files: Mapping[str, Path], width: int, height: int) -> tuple[int, int]:
    """Return width and height as they are restored and shown, which an EXIF orientation may swap: those of the mask."""
    from restore.images import read_size

    _, wide, tall = read_size(files["mask"], max_pixels=width * height)
    return wide, tall


def _command(order: Order, target: Path) -> str:
    """Return the command that repeats the work beside the downloaded files."""
    words = ["restore", "apply", order.run, order.source.name, "-o", f"again/{target.name}"]
    words += ["--mask", mask_path(target).name] if order.mask else []
    words += ["--fill", order.fill] if order.fill != "mean" else []
    return one_line(shlex.join(words))

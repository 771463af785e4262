"""One image from file to file: from a run, a task and settings to a row of the ledger, and nothing else."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from restore.errors import InputError, RequestError
from restore.images import (
    MAX_PIXELS,
    ImageFile,
    Properties,
    State,
    encoded,
    losses,
    mask_path,
    read_mask,
    require_unchanged,
    same_format,
)
from restore.images.encoder import stored
from restore.images.image_file import without_pixels
from restore.images.jpeg import is_progressive
from restore.images.metadata import xmp
from restore.images.transplant import transplant
from restore.system.files import require_free, write_whole
from restore.tasks.batch import Job
from restore.tasks.companions import confidence_path, strip, strip_path
from restore.tasks.ledger import Row
from restore.tasks.run_file import Opened
from restore.text import did_you_mean, show

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from restore.plugins.values import Restored

    Pixels = NDArray[Any]
    Mask = NDArray[np.bool_]

Fill: TypeAlias = Literal["mean", "leave"]
"""What damage is filled with: what the model expects there, or mid-grey, by which it is left open."""
FILLS: tuple[Fill, ...] = get_args(Fill)
LEFT_OPEN = 0.5
"""The value of pixels that are left open."""
_COLOUR = re.compile(r"colou?r=#([0-9a-f]{6})", re.IGNORECASE)
_ORIENTED = "EXIF orientation applied"


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides a result beside run and image. `mask` is a file, a folder, or a colour as `color=#rrggbb`."""

    mask: str | None = None
    fill: Fill = "mean"
    save_mask: bool = False
    save_confidence: bool = False
    strip: bool = False
    format: str = ""
    max_pixels: int = MAX_PIXELS

    def to_json(self) -> dict[str, Any]:
        """Return the settings on which results depend."""
        return {name: value for name, value in asdict(self).items() if name != "max_pixels"}


@dataclass(frozen=True, slots=True)
class Task:
    """One image to restore; plain values, so that another process can do it.

    `name`: its path below the input; `target`: the result's file, `output` its path below the ledger's folder; `state`: that
    of the input when it was found; `ending`: what the target was given, if anything; `mask`: its mask file;
    `replaces`: the target may exist.
    """

    source: Path
    name: str
    target: Path
    output: str
    state: State
    ending: str = ""
    mask: Path | None = None
    replaces: bool = False

    def anywhere(self) -> Task:
        """Return the task for a process with another current folder, which may find a result of a killed one."""
        mask = self.mask and self.mask.absolute()
        return replace(self, source=self.source.absolute(), target=self.target.absolute(), mask=mask, replaces=True)


def parse_fill(text: str) -> Fill:
    """Return one of `FILLS`; raises `RequestError` for another word."""
    for fill in FILLS:
        if text == fill:
            return fill
    hint = did_you_mean(text, FILLS) or f"available: {', '.join(FILLS)}"
    raise RequestError(f"unknown fill {text!r}", code="unknown-value", where="--fill", hint=hint)


def colour_of(mask: str | None) -> tuple[int, int, int] | None:
    """Return the colour that marks damage, None for a file or folder; raises `RequestError` for one that is none."""
    if mask is None or not re.match("colou?r=", mask):
        return None
    found = _COLOUR.fullmatch(mask)
    if found is None:
        hint = "write it as color=#ff0000"
        raise RequestError(f"unknown colour {mask!r}", code="unknown-value", where="--mask", hint=hint)
    red, green, blue = bytes.fromhex(found[1])
    return red, green, blue


def beside(target: Path, settings: Settings) -> Iterator[Path]:
    """Yield the paths of what is written beside a result."""
    if settings.save_mask:
        yield mask_path(target)
    if settings.save_confidence:
        yield confidence_path(target)
    if settings.strip:
        yield strip_path(target)


def mask_of(picture: ImageFile, file: Path | None, settings: Settings, where: Path) -> Mask | None:
    """Return the mask of an image, bool (H, W), from a file or the colour of the settings, None where neither is given.

    Raises `InputError` where the file is no mask of it, or no pixel has the colour.
    """
    if file is not None:
        height, width = picture.pixels.shape[:2]
        return read_mask(file, (height, width), max_pixels=settings.max_pixels)
    colour = colour_of(settings.mask)
    if colour is None:
        return None
    import numpy as np

    mask: Mask = (stored(picture.pixels, 8) == np.array(colour, np.uint8)).all(axis=2)
    if not mask.any():
        hint = "paint the damage in that colour, and save it as PNG: JPEG changes colours"
        raise InputError("no pixel has the colour of the mask", code="empty-mask", where=show(where), hint=hint)
    return mask


@dataclass(frozen=True, slots=True)
class Made:
    """What becomes of one image: its row, and the files to write, the result last."""

    row: Row
    files: Sequence[tuple[Path, bytes]] = ()
    replaces: bool = False

    def write(self) -> Row:
        """Write the files, each whole or not at all, and return the row; raises `WorkError` where that fails.

        Where one of them is taken, none is written.
        """
        try:
            for path, _ in self.files[1:]:
                require_free(path, overwrite=self.replaces)
            for path, data in self.files:
                write_whole(path, data, overwrite=self.replaces)
        except RequestError as fault:
            return refused(self.row, fault.what, fault.code)
        return self.row


def refused(row: Row, reason: str, code: str) -> Row:
    """Return the row of an image that has no result."""
    place = row.size, row.modified
    return Row(row.input, row.output, "refused", *place, seconds=row.seconds, reason=reason, code=code)


def making(
    opened: Opened, task: Task, settings: Settings, row: Row
) -> Generator[tuple[Pixels, Mask | None], Restored, Made]:
    """Read an image, yield it with its mask, if it has one, take what was restored of it, and return its files.

    Nothing is written.
    """
    job = Job(task.source, task.name, task.target, task.state, task.ending, opened.formats)
    picture = job.read(max_pixels=settings.max_pixels)
    data = task.source.read_bytes()
    require_unchanged(task.source, task.state)
    mask = mask_of(picture, task.mask, settings, task.source)
    before = stored(picture.pixels, picture.depth)
    picture = without_pixels(picture)
    restored = yield before, mask
    after = _leftopen_once(before, restored.mask) if settings.fill == "leave" else _like_stored(restored.image, picture)
    name = job.format_for(picture, after)
    changed = bool((after != before).any())
    notes = [*picture.notes, *(["constant image"] if before.min() == before.max() else []), *restored.notes]
    if not changed and name == same_format(picture.format):
        result = data
    else:
        result, more = _encoded(opened, picture, after, restored, data, job, name, settings, changed=changed)
        notes = [one for one in notes if one != _ORIENTED or more is not None] + (more or [])
        if more is None and is_progressive(data):
            notes.append("progressive JPEG stored as sequential")
    files = [(path, encoded(path, image)) for path, image in _beside(task.target, settings, before, after, restored)]
    if settings.save_confidence and restored.confidence is None:
        notes.append("the model gives no confidence; none is saved")
    row = replace(
        row,
        status="restored" if changed else "untouched",
        input_sha256=_sha256(data),
        output_sha256=_sha256(result),
        output_size=len(result),
        used=float(restored.mask.mean()),
        confidence=_confidence(restored),
        mask=_sha256(task.mask.read_bytes()) if task.mask else None,
        notes=tuple(dict.fromkeys(notes)),
    )
    return Made(row, [*files, (task.target, result)], task.replaces)


def _encoded(
    opened: Opened,
    picture: ImageFile,
    pixels: Pixels,
    restored: Restored,
    data: bytes,
    job: Job,
    name: str,
    settings: Settings,
    *,
    changed: bool,
) -> tuple[bytes, list[str] | None]:
    """Return the bytes of a result, and notes on what it does not keep, None where that is nothing at all."""
    whole = bool(restored.mask.all()) and settings.mask is None
    source_type: xmp.SourceType = "algorithmicallyEnhanced"
    if not whole and settings.fill != "leave":
        source_type = "compositeWithTrainedAlgorithmicMedia"
    system = f"restore, run {opened.run.name} ({opened.run.id})"
    mark = xmp.Mark(source_type, system, opened.version, opened.run.planned.notice)

    def amend(packet: bytes) -> bytes:
        return xmp.marked(packet, mark) if changed else packet

    if name == "JPEG":
        made = transplant(data, pixels, restored.mask, amend)
        if made is not None:
            return made, None
    properties = picture.properties
    if properties == Properties():
        properties = Properties((picture.dpi, picture.dpi))
    like = replace(picture, properties=replace(properties, xmp=amend(properties.xmp)))
    notes = losses(picture, pixels, name)
    if name == "JPEG":
        notes.append("unusual JPEG coding: pixels outside the mask are compressed again")
    if not xmp.is_sound(properties.xmp):
        notes.append("damaged XMP data replaced")
    return encoded(job.target, pixels, like=like, name=name), notes


def _beside(
    target: Path, settings: Settings, before: Pixels, after: Pixels, restored: Restored
) -> Iterator[tuple[Path, Pixels]]:
    """Yield the path of each file beside a result, and its image (H, W, C)."""
    import numpy as np

    mask = restored.mask[..., None].astype(np.uint8) * np.uint8(255)
    if settings.save_mask:
        yield mask_path(target), mask
    if settings.save_confidence and restored.confidence is not None:
        yield confidence_path(target), restored.confidence[..., None]
    if settings.strip:
        yield strip_path(target), strip([before, mask, after])


def _like_stored(values: Pixels, picture: ImageFile) -> Pixels:
    """Return an image without greys where its file stores one bit a pixel."""
    stored = picture.properties
    if stored.bits != 1 or stored.palette or values.shape[2] != 1:
        return values
    bilevel: Pixels = (values > 127).astype(values.dtype) * 255
    return bilevel


def _leftopen_once(values: Pixels, mask: Mask) -> Pixels:
    """Return an image whose damage is mid-grey."""
    import numpy as np

    most = np.iinfo(values.dtype).max if values.dtype.kind == "u" else 1
    left = values.copy()
    left[mask] = np.array(most * LEFT_OPEN).astype(values.dtype)
    return left


def _confidence(restored: Restored) -> float | None:
    """Return the mean confidence inside the used mask, None where there is none."""
    if restored.confidence is None or not restored.mask.any():
        return None
    return float(restored.confidence[restored.mask].mean())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def shown_path(path: Path, folder: Path) -> str:
    """Return a path below a folder as POSIX text."""
    return Path(os.path.relpath(path, folder)).as_posix()

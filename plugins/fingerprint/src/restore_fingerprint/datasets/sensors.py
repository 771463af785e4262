"""Folders of prints of any sensor, grouped by the usual file names or by a pattern."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Field

from restore.api import FolderSource, RequestError, Source
from restore_fingerprint.datasets.crop import Cropping
from restore_fingerprint.datasets.names import Labels, read_fvc, read_socofing
from restore_fingerprint.datasets.source import Pick, PrintSource
from restore_fingerprint.formats import FORMATS

SensorDpi = Annotated[
    float,
    Field(
        gt=0,
        description="resolution of the sensor in dpi, checked against the ridge period; prints at twice this are downsampled",
    ),
]
Dpi = Annotated[
    float | None,
    Field(
        gt=0,
        description="resolution in dpi, checked against the ridge period; prints at twice this are downsampled; none: unknown",
    ),
]
Pixels = Annotated[int, Field(ge=1, description="maximum number of pixels of an image, width times height")]
Crop = Annotated[Cropping, Field(description="remove nothing, the frame, or frame and blank background")]
Group = Annotated[
    str, Field(description="person, finger, file, folder, auto (by subfolder, else by file) or a regular expression")
]
MAX_PIXELS = 100_000_000


def prints(
    path: Path | None,
    *,
    group: Group = "person",
    crop: Crop = "none",
    dpi: Dpi = None,
    max_pixels: Pixels = MAX_PIXELS,
) -> Source:
    """Open a folder of fingerprints.

    `group`: `person`, the subject where the file names identify one, else the finger, else the file; `finger`; `file`;
    `folder`; or a regular expression whose first group is the group. File names of SOCOFing and the FVC are recognised.
    """
    return _open(path, "prints", group, crop, dpi, max_pixels)


def secugen(
    path: Path | None,
    *,
    group: Group = "auto",
    crop: Crop = "none",
    dpi: SensorDpi = 500,
    max_pixels: Pixels = MAX_PIXELS,
) -> Source:
    """Open a folder of prints of a SecuGen sensor, 500 dpi by its data sheets; `group` as in `prints`."""
    return _open(path, "secugen", group, crop, dpi, max_pixels)


def lumidigm(
    path: Path | None,
    *,
    group: Group = "auto",
    crop: Crop = "none",
    dpi: SensorDpi = 500,
    max_pixels: Pixels = MAX_PIXELS,
) -> Source:
    """Open a folder of prints of a Lumidigm sensor, 500 dpi by its data sheets; `group` as in `prints`."""
    return _open(path, "lumidigm", group, crop, dpi, max_pixels)


def _open(path: Path | None, name: str, group: str, crop: Cropping, dpi: float | None, max_pixels: int) -> PrintSource:
    """Open a folder; raises `RequestError` without one."""
    if path is None:
        hint = "pass a folder of images: --data PATH"
        raise RequestError("no folder given", code="no-data", where=f"dataset {name}", hint=hint)
    groupings = {"person": person, "finger": finger}
    folder = FolderSource(path, group=group, groupings=groupings, label=labels, max_pixels=max_pixels, formats=FORMATS)
    picks = [Pick(number, key[1], folder.labels[number], dpi=dpi) for number, key in enumerate(folder.keys)]
    notes = list(_altered(folder))
    folders = {PurePosixPath(ident).parent for ident, _ in folder.keys}
    if group in groupings and 1 < len(folders) < len(folder) and all(ident == of for ident, of in folder.keys):
        what = f"no file name identifies a {group}, so each image is a group of its own"
        notes.append(f"{what}; group=folder groups them by their {len(folders)} folders")
    return PrintSource(folder, picks, crop, notes)


def _altered(folder: FolderSource) -> Iterator[str]:
    """Yield a note where a folder holds deliberately altered prints."""
    count = sum("alteration" in one for one in folder.labels)
    if count:
        yield (
            f"{count} of {len(folder)} images are altered prints of SOCOFing used as clean images; dataset socofing "
            "pairs them with their originals, socofing:altered=none excludes them"
        )


def person(path: PurePosixPath) -> str | None:
    """Return the subject of a print, else its finger, None where the file name identifies neither."""
    name = read_socofing(path)
    return name.subject if name else finger(path)


def finger(path: PurePosixPath) -> str | None:
    """Return the finger of a print, None where the file name does not identify it.

    The FVC numbers its fingers per database, so the folder is part of the finger's name.
    """
    if name := read_socofing(path):
        return name.digit
    if fields := read_fvc(path):
        return str(path.parent / fields["finger"])
    return None


def labels(path: PurePosixPath) -> Labels:
    """Return the fields of a file name: subject, gender, hand, finger, alteration, impression."""
    name = read_socofing(path)
    return name.labels if name else read_fvc(path) or {}

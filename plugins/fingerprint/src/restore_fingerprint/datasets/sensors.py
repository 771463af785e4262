"""Folders of prints of any sensor, their groups read from the usual file names or by a pattern."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Field

from restore.api import FolderSource, RequestError, Source
from restore_fingerprint.datasets.crop import Cropping
from restore_fingerprint.datasets.names import Labels, read_fvc, read_socofing
from restore_fingerprint.datasets.source import Pick, PrintSource

Dpi = Annotated[float, Field(gt=0, description="dots per inch of the sensor, checked against the ridges")]
Told = Annotated[float | None, Field(gt=0, description="dots per inch, checked against the ridges; none: not known")]
Pixels = Annotated[int, Field(ge=1, description="width times height that a picture may have")]
Crop = Annotated[Cropping, Field(description="what is taken off: nothing, a frame, or also blank paper")]
Group = Annotated[
    str, Field(description="person, finger, file, folder, auto (folder where there are folders) or a pattern")
]
MAX_PIXELS = 100_000_000


def prints(
    path: Path | None,
    *,
    group: Group = "person",
    crop: Crop = "none",
    dpi: Told = None,
    max_pixels: Pixels = MAX_PIXELS,
) -> Source:
    """Open a folder of fingerprints.

    `group`: `person` where the names tell, else the finger, else the file; `finger`; `file`; `folder`; or a regular
    expression whose first group is the group. Names of SOCOFing and of the FVC are known.
    """
    return _open(path, "prints", group, crop, dpi, max_pixels)


def secugen(
    path: Path | None,
    *,
    group: Group = "auto",
    crop: Crop = "none",
    dpi: Dpi = 500,
    max_pixels: Pixels = MAX_PIXELS,
) -> Source:
    """Open a folder of prints of a SecuGen sensor, whose data sheets say 500 dpi; `group` as in `prints`."""
    return _open(path, "secugen", group, crop, dpi, max_pixels)


def lumidigm(
    path: Path | None,
    *,
    group: Group = "auto",
    crop: Crop = "none",
    dpi: Dpi = 500,
    max_pixels: Pixels = MAX_PIXELS,
) -> Source:
    """Open a folder of prints of a Lumidigm sensor, whose data sheets say 500 dpi; `group` as in `prints`."""
    return _open(path, "lumidigm", group, crop, dpi, max_pixels)


def _open(path: Path | None, name: str, group: str, crop: Cropping, dpi: float | None, max_pixels: int) -> PrintSource:
    """Open a folder; raises `RequestError` where none is given."""
    if path is None:
        raise RequestError("this data set is a folder of yours", where=name, hint="say which: --data PATH")
    groupings = {"person": person, "finger": finger}
    folder = FolderSource(path, group=group, groupings=groupings, label=labels, max_pixels=max_pixels)
    picks = [Pick(number, key[1], folder.labels[number], dpi=dpi) for number, key in enumerate(folder.keys)]
    notes = list(_altered(folder))
    folders = {PurePosixPath(ident).parent for ident, _ in folder.keys}
    if group in groupings and 1 < len(folders) < len(folder) and all(ident == of for ident, of in folder.keys):
        what = f"no name tells a {group}, so that each picture is a group of its own"
        notes.append(f"{what}: group=folder takes the {len(folders)} folders for that")
    return PrintSource(folder, picks, crop, notes)


def _altered(folder: FolderSource) -> Iterator[str]:
    """Yield a note where a folder holds prints that were altered on purpose."""
    count = sum("alteration" in told for told in folder.labels)
    if count:
        yield (
            f"{count} of {len(folder)} pictures are SOCOFing's altered prints, taken for clean ones: data set socofing "
            "pairs them, socofing:altered=none leaves them out"
        )


def person(path: PurePosixPath) -> str | None:
    """Return the person whose print it is, else the finger, None where the name does not tell."""
    told = read_socofing(path)
    return told.subject if told else finger(path)


def finger(path: PurePosixPath) -> str | None:
    """Return the finger, None where the name does not tell.

    Numbers of the FVC begin anew in each database, so that their folder belongs to the finger.
    """
    if told := read_socofing(path):
        return told.digit
    if known := read_fvc(path):
        return str(path.parent / known["finger"])
    return None


def labels(path: PurePosixPath) -> Labels:
    """Return what a name tells: subject, gender, hand, finger, alteration, impression."""
    told = read_socofing(path)
    return told.labels if told else read_fvc(path) or {}

"""The databases of the Fingerprint Verification Competitions of 2000, 2002 and 2004."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from restore.api import FolderSource, InputError, RequestError, Source
from restore_fingerprint.datasets.crop import Cropping
from restore_fingerprint.datasets.names import Labels, read_fvc
from restore_fingerprint.datasets.source import Pick, PrintSource, ignored
from restore_fingerprint.formats import FORMATS

Database: TypeAlias = Literal["1", "2", "3", "4", "all"]
Part: TypeAlias = Literal["A", "B", "both"]

DPI: Mapping[tuple[str, str], float] = {("2002", "2"): 569, ("2004", "3"): 512}
"""Resolution of the sensors in dpi by year and database, from the competitions' pages; all others have 500."""
USUAL = 500.0
FIRST_OF_B = 101
"""Fingers 1 to 100 form set A, 101 to 110 set B, in all databases of the three years."""
SITE = "http://bias.csr.unibo.it/fvc{year}/download.asp"

_DATABASE = re.compile(r"(?<![a-z])DB[ _-]?(?P<db>[1-4])(?:[ _-]?(?P<part>[AB]))?(?![a-z0-9])", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(2000|2002|2004|2006)(?![0-9])")
_FVC_YEAR = re.compile(r"FVC[ _-]?(2000|2002|2004|2006)(?![0-9])", re.IGNORECASE)

_Db = Annotated[Database, Field(description="one of the four databases, each of a different sensor, or all")]
_Part = Annotated[Part, Field(description="set A (fingers 1 to 100), set B (fingers 101 to 110), or both")]
_Crop = Annotated[Cropping, Field(description="remove nothing, the frame, or frame and blank background")]
_Dpi = Annotated[
    float | None,
    Field(
        gt=0,
        description="resolution in dpi, checked against the ridge period; prints at twice this are downsampled; none: the sensor's",
    ),
]
_Pixels = Annotated[int, Field(ge=1, description="maximum number of pixels of an image, width times height")]
_MOST = 100_000_000


def fvc2000(
    path: Path | None,
    *,
    db: _Db = "all",
    part: _Part = "both",
    crop: _Crop = "none",
    dpi: _Dpi = None,
    max_pixels: _Pixels = _MOST,
) -> Source:
    """Open databases of FVC2000 (Maio et al. 2002, IEEE PAMI 24), grouped by finger."""
    return _open(path, "2000", db, part, crop, dpi, max_pixels)


def fvc2002(
    path: Path | None,
    *,
    db: _Db = "all",
    part: _Part = "both",
    crop: _Crop = "none",
    dpi: _Dpi = None,
    max_pixels: _Pixels = _MOST,
) -> Source:
    """Open databases of FVC2002 (Maio et al. 2002, ICPR), grouped by finger."""
    return _open(path, "2002", db, part, crop, dpi, max_pixels)


def fvc2004(
    path: Path | None,
    *,
    db: _Db = "all",
    part: _Part = "both",
    crop: _Crop = "none",
    dpi: _Dpi = None,
    max_pixels: _Pixels = _MOST,
) -> Source:
    """Open databases of FVC2004 (Maio et al. 2004, ICBA), grouped by finger."""
    return _open(path, "2004", db, part, crop, dpi, max_pixels)


@dataclass(frozen=True, slots=True)
class _Place:
    """Year, database and part as found in a path; empty where they are not found."""

    year: str
    db: str
    part: str


def _open(
    path: Path | None, year: str, db: str, part: str, crop: Cropping, dpi: float | None, max_pixels: int
) -> Source:
    """Open the databases of a year.

    Raises `RequestError` without a folder, `InputError` where it holds no print of the selected databases.
    """
    if path is None:
        hint = f"download it from {SITE.format(year=year)} and pass its folder: --data PATH"
        raise RequestError("no folder given", code="no-data", where=f"dataset fvc{year}", hint=hint)
    folder = FolderSource(path, max_pixels=max_pixels, formats=FORMATS)
    above = PurePosixPath(Path(os.path.normpath(path.absolute())).as_posix())  # a link keeps its name
    picks: list[Pick] = []
    others: list[str] = []
    unknown: list[str] = []
    for number, (ident, _) in enumerate(folder.keys):
        below = PurePosixPath(ident)
        name, place = read_fvc(below), _place(above, below)
        if name is None:
            unknown.append(ident)
        elif _is_wanted(place, name, year, db, part):
            picks.append(_pick(number, name, place, year, dpi))
        else:
            others.append(ident)
    if not picks:
        what = f"no image of FVC{year} (database {db}, part {part}) among {len(folder)} images"
        hint = "choose another db or part, or restore the original names, such as DB1_B/101_1.tif"
        raise InputError(what, code="no-images", where=str(path), hint=hint)
    notes = [*ignored(unknown, "unrecognised name"), *ignored(others, "other database")]
    return PrintSource(folder, picks, crop, notes)


def _place(above: PurePosixPath, below: PurePosixPath) -> _Place:
    """Return year, database and part from the folders of an image: those given and `below` first, then those above.

    Folders above may have any number in their names, so a year is taken from them only where it follows FVC.
    """
    given = [folder.name for folder in (above.name / below).parents]
    further = [folder.name for folder in above.parents]
    found = next(filter(None, map(_DATABASE.search, given + further)), None)
    year = next(filter(None, [*map(_YEAR.search, given), *map(_FVC_YEAR.search, further)]), None)
    part = (found["part"] or "").upper() if found else ""
    return _Place(year[1] if year else "", found["db"] if found else "", part)


def _is_wanted(place: _Place, name: Labels, year: str, db: str, part: str) -> bool:
    """Return whether an image belongs to the selected databases; an unknown year matches every year."""
    same_year = place.year in (year, "")
    return same_year and db in (place.db, "all") and part in (_part(place, name), "both")


def _part(place: _Place, name: Labels) -> str:
    """Return the part from the folder's name, else from the number of the finger."""
    return place.part or ("B" if int(name["finger"]) >= FIRST_OF_B else "A")


def _pick(number: int, name: Labels, place: _Place, year: str, dpi: float | None) -> Pick:
    """Return a selected print; the same finger of the same database forms one group across folders."""
    collection = f"fvc{year}"
    where = f"DB{place.db}" if place.db else ""
    labels = {"collection": collection, **({"database": where} if where else {}), "part": _part(place, name), **name}
    group = " ".join(filter(None, (collection, where, str(int(name["finger"])))))
    # Without a database the sensor is unknown, and so is its resolution.
    dpi = dpi or (DPI.get((year, place.db), USUAL) if place.db else None)
    return Pick(number, group, labels, dpi=dpi)

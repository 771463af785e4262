"""The databases of the Fingerprint Verification Competitions of 2000, 2002 and 2004."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from restore.api import FolderSource, InputError, RequestError, Source
from restore_fingerprint.datasets.crop import Cropping
from restore_fingerprint.datasets.names import Labels, read_fvc
from restore_fingerprint.datasets.source import Pick, PrintSource

Database: TypeAlias = Literal["1", "2", "3", "4", "all"]
Part: TypeAlias = Literal["A", "B", "both"]

DPI: Mapping[tuple[str, str], float] = {("2002", "2"): 569, ("2004", "3"): 512}
"""Dots per inch of the sensors by year and database, as the competitions' pages say; those of all others are 500."""
USUAL = 500.0
FIRST_OF_B = 101
"""Fingers 1 to 100 are set A, 101 to 110 set B, in all databases of the three years."""
SITE = "http://bias.csr.unibo.it/fvc{year}/download.asp"

_DATABASE = re.compile(r"(?<![a-z])DB[ _-]?(?P<db>[1-4])(?:[ _-]?(?P<part>[AB]))?(?![a-z0-9])", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(2000|2002|2004|2006)(?![0-9])")
_FVC_YEAR = re.compile(r"FVC[ _-]?(2000|2002|2004|2006)(?![0-9])", re.IGNORECASE)

_Db = Annotated[Database, Field(description="one of the four databases, each of another sensor, or all")]
_Part = Annotated[Part, Field(description="set A, fingers 1 to 100, set B, fingers 101 to 110, or both")]
_Crop = Annotated[Cropping, Field(description="what is taken off: nothing, a frame, or also blank paper")]
_Dpi = Annotated[float | None, Field(gt=0, description="dots per inch, checked against the ridges; none: the sensor's")]
_Pixels = Annotated[int, Field(ge=1, description="width times height that a picture may have")]
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
    """Open databases of FVC2000 (Maio et al. 2002, IEEE PAMI 24), their fingers as groups."""
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
    """Open databases of FVC2002 (Maio et al. 2002, ICPR), their fingers as groups."""
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
    """Open databases of FVC2004 (Maio et al. 2004, ICBA), their fingers as groups."""
    return _open(path, "2004", db, part, crop, dpi, max_pixels)


@dataclass(frozen=True, slots=True)
class _Place:
    """What a path tells beside the finger: year, database and part, empty where it does not tell."""

    year: str
    db: str
    part: str


def _open(
    path: Path | None, year: str, db: str, part: str, crop: Cropping, dpi: float | None, max_pixels: int
) -> Source:
    """Open the databases of a year.

    Raises `RequestError` where no folder is given, `InputError` where it holds none of the wanted prints.
    """
    if path is None:
        hint = f"unpack what {SITE.format(year=year)} gives, and say where: --data PATH"
        what = f"FVC{year} is not fetched, since no checksums of its archives are known"
        raise RequestError(what, where=f"fvc{year}", hint=hint)
    folder = FolderSource(path, max_pixels=max_pixels)
    above = PurePosixPath(Path(os.path.normpath(path.absolute())).as_posix())  # a link keeps its name
    picks: list[Pick] = []
    left: list[str] = []
    unread: list[str] = []
    for number, (ident, _) in enumerate(folder.keys):
        below = PurePosixPath(ident)
        name, place = read_fvc(below), _place(above, below)
        if name is None:
            unread.append(ident)
        elif _is_wanted(place, name, year, db, part):
            picks.append(_pick(number, name, place, year, dpi))
        else:
            left.append(ident)
    if not picks:
        what = f"none of the {len(folder)} pictures is one of FVC{year}, database {db}, part {part}"
        hint = "pictures are called 101_1.tif, their folders DB1_B to DB4_B or DB1_A to DB4_A"
        raise InputError(what, where=str(path), hint=hint)
    return PrintSource(folder, picks, crop, [*_told(unread, "with other names"), *_told(left, "of other databases")])


def _place(above: PurePosixPath, below: PurePosixPath) -> _Place:
    """Return what the folders of a picture tell, the nearest of them first: those given and `below`, and those above.

    Those above may have any number in their names, so that only one with FVC before it tells the year.
    """
    given = [folder.name for folder in (above.name / below).parents]
    further = [folder.name for folder in above.parents]
    found = next(filter(None, map(_DATABASE.search, given + further)), None)
    year = next(filter(None, [*map(_YEAR.search, given), *map(_FVC_YEAR.search, further)]), None)
    part = (found["part"] or "").upper() if found else ""
    return _Place(year[1] if year else "", found["db"] if found else "", part)


def _is_wanted(place: _Place, name: Labels, year: str, db: str, part: str) -> bool:
    """Return whether a picture is one of those asked for; a year that is not told is the right one."""
    same_year = place.year in (year, "")
    return same_year and db in (place.db, "all") and part in (_part(place, name), "both")


def _part(place: _Place, name: Labels) -> str:
    """Return the part that the folder tells, else the number of the finger."""
    return place.part or ("B" if int(name["finger"]) >= FIRST_OF_B else "A")


def _pick(number: int, name: Labels, place: _Place, year: str, dpi: float | None) -> Pick:
    """Return a print as it is taken; the same finger of the same database is one group wherever it lies."""
    collection = f"fvc{year}"
    where = f"DB{place.db}" if place.db else ""
    told = {"collection": collection, **({"database": where} if where else {}), "part": _part(place, name), **name}
    group = " ".join(filter(None, (collection, where, str(int(name["finger"])))))
    # A finger of an unknown database may be that of any: then it says nothing of the sensor either.
    dpi = dpi or (DPI.get((year, place.db), USUAL) if place.db else None)
    return Pick(number, group, told, dpi=dpi)


def _told(paths: Sequence[str], what: str) -> Iterator[str]:
    if paths:
        yield f"{len(paths)} picture{'s' * (len(paths) != 1)} {what} left out, such as {paths[0]}"

"""SOCOFing as distributed: real prints, alone or paired with their official alterations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from restore.api import FolderSource, InputError, RequestError, Source
from restore_fingerprint.datasets.crop import Cropping
from restore_fingerprint.datasets.names import ALTERATIONS, LEVELS, SocofingName, read_level, read_socofing
from restore_fingerprint.datasets.source import Partner, Pick, PrintSource, ignored
from restore_fingerprint.formats import FORMATS

LAYOUT = "choose the folder that holds Real, Altered/Altered-Easy, Altered-Medium and Altered-Hard"
SITE = "kaggle.com/datasets/ruizgara/socofing"
ALL = "all"


def socofing(
    path: Path | None,
    *,
    altered: Annotated[
        Literal["none", "obliteration", "rotation", "zcut", "all"],
        Field(description="alteration that each real print is paired with; none: real prints alone"),
    ] = "all",
    level: Annotated[Literal["easy", "medium", "hard", "all"], Field(description="strength of the alteration")] = "all",
    group: Annotated[
        Literal["subject", "finger"],
        Field(description="keep all prints of a subject, or of a finger, in the same split"),
    ] = "subject",
    crop: Annotated[
        Cropping, Field(description="remove nothing, the frame of the screenshots, or frame and blank background")
    ] = "frame",
    dpi: Annotated[
        float | None,
        Field(gt=0, description="resolution in dpi, checked against the ridge period; the files' 96 dpi are wrong"),
    ] = None,
    max_pixels: Annotated[
        int, Field(ge=1, description="maximum number of pixels of an image, width times height")
    ] = 100_000_000,
) -> Source:
    """Open SOCOFing's prints, paired with their official alterations.

    Folders and file names are the collection's (Shehu et al. 2018, arXiv 1807.10609), in upper or lower case; missing
    altered prints are listed in the notes. Raises `InputError` where there are no real prints, or none of the selected
    alterations, `RequestError` without a folder.
    """
    where = "dataset socofing"
    if path is None:
        hint = f"download it from {SITE} and pass its folder: --data PATH"
        raise RequestError("no folder given", code="no-data", where=where, hint=hint)
    if altered == "none" and level != ALL:
        raise RequestError(
            f"level={level} does not apply to altered=none",
            code="conflict",
            where=where,
            hint="leave out level, or choose an alteration",
        )
    folder = FolderSource(path, max_pixels=max_pixels, formats=FORMATS)
    collection = _Collection.of(folder)
    if not collection.real:
        raise InputError(
            f"no real print, named like 100__M_Left_index_finger.BMP, among {len(folder)} images",
            code="no-images",
            where=str(path),
            hint=LAYOUT,
        )
    if altered == "none":
        picks = [_pick(real, group, dpi) for real in collection.real]
        return PrintSource(folder, picks, crop, collection.notes)
    wanted = [
        (kind, strength)
        for kind in sorted(ALTERATIONS.values())
        for strength in LEVELS
        if altered in (kind, ALL) and level in (strength, ALL)
    ]
    pairs, notes = collection.pair(wanted, any_level=level == ALL)
    if not pairs:
        there = sorted({" ".join(filter(None, (one.level, one.name.alteration))) for one in collection.altered})
        hint = f"available: {', '.join(there)}" if there else "use the real prints alone: socofing:altered=none"
        what = f"no real print has an altered counterpart (altered={altered}, level={level})"
        raise InputError(what, code="no-pairs", where=str(path), hint=hint)
    picks = [_pick(real, group, dpi, one) for real, one in pairs]
    return PrintSource(folder, picks, crop, [*collection.notes, *notes])


@dataclass(frozen=True, slots=True)
class _Print:
    """A print: path below the folder, index there, fields of its name, level, and folder of its collection."""

    path: str
    number: int
    name: SocofingName
    level: str
    home: PurePosixPath


_Pair: TypeAlias = tuple[_Print, _Print]
"""A real print and an altered one."""


@dataclass(frozen=True, slots=True)
class _Collection:
    """The real and altered prints of a folder by their names, and notes for the user."""

    real: Sequence[_Print]
    altered: Sequence[_Print]
    notes: Sequence[str]

    @classmethod
    def of(cls, folder: FolderSource) -> _Collection:
        """Read the names of a folder's images."""
        prints: list[_Print] = []
        others: list[str] = []
        places: dict[PurePosixPath, tuple[str, PurePosixPath]] = {}
        for number, (ident, _) in enumerate(folder.keys):
            path = PurePosixPath(ident)
            name, parent = read_socofing(path), path.parent
            if name is None:
                others.append(ident)
                continue
            if parent not in places:
                places[parent] = read_level(path), _home(parent)
            prints.append(_Print(ident, number, name, *places[parent]))
        notes = list(ignored(others, "unrecognised name"))
        homes = sorted({str(one.home) for one in prints})
        if len(homes) > 1:
            names = ", ".join(homes[:3])
            notes.append(f"{len(homes)} copies of the collection ({names}): every image counts once per copy")
        real, altered = ([one for one in prints if bool(one.name.alteration) == is_altered] for is_altered in (0, 1))
        return cls(real, altered, notes)

    def pair(self, wanted: Sequence[tuple[str, str]], *, any_level: bool) -> tuple[Sequence[_Pair], Sequence[str]]:
        """Return pairs of a real and an altered print, and notes on those that are missing.

        `wanted`: alterations with levels; `any_level` includes altered prints whose folder names no level.
        """
        real: dict[tuple[PurePosixPath, str], list[_Print]] = defaultdict(list)
        for one in self.real:
            real[one.home, one.name.digit].append(one)
        cases = {*wanted, *((kind, "") for kind, _ in wanted if any_level)}
        pairs, lone = [], []
        for one in self.altered:
            if (one.name.alteration, one.level) not in cases:
                continue
            partners = real.get((one.home, one.name.digit), [])
            if len(partners) > 1:
                names = " and ".join(partner.path for partner in partners)
                raise InputError(
                    f"several real prints of this finger: {names}",
                    code="duplicate",
                    where=one.path,
                    hint="keep only one of them",
                )
            if partners:
                pairs.append((partners[0], one))
            else:
                lone.append(one.path)
        return pairs, [*ignored(lone, "no real print"), *_missing(wanted, len(self.real), pairs)]


def _missing(wanted: Sequence[tuple[str, str]], real: int, pairs: Sequence[_Pair]) -> Iterator[str]:
    """Yield a note on missing altered prints: the official tool failed on some."""
    there = Counter((altered.name.alteration, altered.level) for _, altered in pairs)
    missing = {case: real - there[case] for case in wanted if there[case] < real}
    if missing:
        listing = ", ".join(f"{count} {level} {name}" for (name, level), count in missing.items())
        yield f"{sum(missing.values())} of {real * len(wanted)} altered prints are missing: {listing}"


def _home(folder: PurePosixPath) -> PurePosixPath:
    """Return the parent of the folders of real and altered prints, from such a folder or one below."""
    parts = [part.lower() for part in folder.parts]
    inner = [place for place, part in enumerate(parts) if part == "real" or part.startswith("altered")]
    return PurePosixPath(*folder.parts[: inner[0]]) if inner else folder


def _pick(real: _Print, group: str, dpi: float | None, altered: _Print | None = None) -> Pick:
    """Return a selected real print, with its altered counterpart if there is one."""
    name = (altered or real).name
    belongs = name.digit if group == "finger" else name.subject
    if altered is None:
        return Pick(real.number, belongs, name.labels, dpi=dpi)
    labels = name.labels | ({"level": altered.level} if altered.level else {})
    return Pick(real.number, belongs, labels, Partner(altered.number, name.alteration, altered.level), dpi)

"""SOCOFing as it is handed out: real prints, alone or each with its official alterations."""

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
from restore_fingerprint.datasets.source import Partner, Pick, PrintSource

LAYOUT = "Real, Altered/Altered-Easy, Altered-Medium and Altered-Hard lie below it"
SITE = "kaggle.com/datasets/ruizgara/socofing"
ALL = "all"


def socofing(
    path: Path | None,
    *,
    altered: Annotated[
        Literal["none", "obliteration", "rotation", "zcut", "all"],
        Field(description="the alteration that each real print is paired with; none: real prints alone"),
    ] = "all",
    level: Annotated[
        Literal["easy", "medium", "hard", "all"], Field(description="how strong the alteration is")
    ] = "all",
    group: Annotated[
        Literal["subject", "finger"], Field(description="what a split keeps together: all of a person, or a finger")
    ] = "subject",
    crop: Annotated[
        Cropping, Field(description="what is taken off: nothing, the frame of the screenshots, or also blank paper")
    ] = "frame",
    dpi: Annotated[
        float | None, Field(gt=0, description="dots per inch, checked against the ridges; the files' 96 are not true")
    ] = None,
    max_pixels: Annotated[int, Field(ge=1, description="width times height that a picture may have")] = 100_000_000,
) -> Source:
    """Open SOCOFing's prints, paired with their official alterations.

    Names and folders are those of the collection (Shehu et al. 2018, arXiv 1807.10609), in any case of their letters;
    what is missing is told. Raises `InputError` where there are no real prints, or none of the wanted alterations.
    """
    if path is None:
        hint = f"take it from {SITE} and say where it lies: --data PATH"
        raise RequestError("SOCOFing is not fetched, as it is given behind a login", where="socofing", hint=hint)
    if altered == "none" and level != ALL:
        raise RequestError(f"level={level} is one of altered prints, not of altered=none", where="socofing")
    folder = FolderSource(path, max_pixels=max_pixels)
    collection = _Collection.of(folder)
    if not collection.real:
        what = f"none of the {len(folder)} pictures is a real print by its name, such as 100__M_Left_index_finger"
        raise InputError(what, where=str(path), hint=LAYOUT)
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
        hint = f"there are {', '.join(there)}" if there else "socofing:altered=none takes the real prints alone"
        what = f"no real print has its altered partner (altered={altered}, level={level})"
        raise InputError(what, where=str(path), hint=hint)
    picks = [_pick(real, group, dpi, one) for real, one in pairs]
    return PrintSource(folder, picks, crop, [*collection.notes, *notes])


@dataclass(frozen=True, slots=True)
class _Print:
    """A print: its path below the folder, its number there, what its name tells, its level, where its collection is."""

    path: str
    number: int
    name: SocofingName
    level: str
    home: PurePosixPath


_Pair: TypeAlias = tuple[_Print, _Print]
"""A real print and an altered one."""


@dataclass(frozen=True, slots=True)
class _Collection:
    """What a folder holds by its names: real prints, altered ones, and what a user should know."""

    real: Sequence[_Print]
    altered: Sequence[_Print]
    notes: Sequence[str]

    @classmethod
    def of(cls, folder: FolderSource) -> _Collection:
        """Read the names of a folder's pictures."""
        prints: list[_Print] = []
        others: list[str] = []
        told: dict[PurePosixPath, tuple[str, PurePosixPath]] = {}
        for number, (ident, _) in enumerate(folder.keys):
            path = PurePosixPath(ident)
            name, parent = read_socofing(path), path.parent
            if name is None:
                others.append(ident)
                continue
            if parent not in told:
                told[parent] = read_level(path), _home(parent)
            prints.append(_Print(ident, number, name, *told[parent]))
        notes = [f"{_count(others)} with other names left out"] if others else []
        homes = sorted({str(one.home) for one in prints})
        if len(homes) > 1:
            names = ", ".join(homes[:3])
            notes.append(f"the collection lies here {len(homes)} times ({names}): each picture is taken as often")
        real, altered = ([one for one in prints if bool(one.name.alteration) == is_altered] for is_altered in (0, 1))
        return cls(real, altered, notes)

    def pair(self, wanted: Sequence[tuple[str, str]], *, any_level: bool) -> tuple[Sequence[_Pair], Sequence[str]]:
        """Return each altered print that is wanted with its real one, and what is missing.

        `wanted` are alterations with levels; `any_level` takes also those whose folder tells none.
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
                raise InputError(f"there is more than one real print: {names}", where=one.path)
            if partners:
                pairs.append((partners[0], one))
            else:
                lone.append(one.path)
        notes = [f"{_count(lone)} that are altered have no real print and are left out"] if lone else []
        return pairs, [*notes, *_missing(wanted, len(self.real), pairs)]


def _missing(wanted: Sequence[tuple[str, str]], real: int, pairs: Sequence[_Pair]) -> Iterator[str]:
    """Yield a note on the altered prints that are not there, as where the altering tool failed."""
    there = Counter((altered.name.alteration, altered.level) for _, altered in pairs)
    missing = {case: real - there[case] for case in wanted if there[case] < real}
    if missing:
        told = ", ".join(f"{count} {level} {name}" for (name, level), count in missing.items())
        yield f"{sum(missing.values())} of {real * len(wanted)} altered prints are not there: {told}"


def _home(folder: PurePosixPath) -> PurePosixPath:
    """Return where the folders of real and altered prints lie, from such a folder or one below."""
    parts = [part.lower() for part in folder.parts]
    inner = [place for place, part in enumerate(parts) if part == "real" or part.startswith("altered")]
    return PurePosixPath(*folder.parts[: inner[0]]) if inner else folder


def _pick(real: _Print, group: str, dpi: float | None, altered: _Print | None = None) -> Pick:
    """Return a real print as it is taken, perhaps with its altered partner."""
    name = (altered or real).name
    belongs = name.digit if group == "finger" else name.subject
    if altered is None:
        return Pick(real.number, belongs, name.labels, dpi=dpi)
    labels = name.labels | ({"level": altered.level} if altered.level else {})
    return Pick(real.number, belongs, labels, Partner(altered.number, name.alteration, altered.level), dpi)


def _count(paths: Sequence[str]) -> str:
    return f"{len(paths)} picture{'s' * (len(paths) != 1)}, such as {paths[0]},"

"""SOCOFing as it is handed out: real prints, alone or each with its official alterations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import Field

from restore.api import FolderSource, InputError, RequestError, Source
from restore_fingerprint.datasets.crop import Cropping
from restore_fingerprint.datasets.names import ALTERATIONS, LEVELS, SocofingName, read_level, read_socofing
from restore_fingerprint.datasets.source import Partner, Pick, PrintSource

LAYOUT = "Real, Altered/Altered-Easy, Altered-Medium and Altered-Hard lie below it"
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
        hint = f"say where it lies, {LAYOUT}: --data PATH"
        raise RequestError("SOCOFing is handed out on request only, and is not fetched", where="socofing", hint=hint)
    folder = FolderSource(path, max_pixels=max_pixels)
    collection = _Collection.of(folder)
    if not collection.real:
        what = f"none of the {len(folder)} pictures is a real print by its name, such as 100__M_Left_index_finger"
        raise InputError(what, where=str(path), hint=LAYOUT)
    if altered == "none":
        picks = [_pick(number, name, group, dpi) for number, name in collection.real]
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
    picks = [_pick(real, one.name, group, dpi, one) for real, one in pairs]
    return PrintSource(folder, picks, crop, [*collection.notes, *notes])


@dataclass(frozen=True, slots=True)
class _Altered:
    """An altered print: its number in the folder, what its name tells, its level, and where its collection begins."""

    number: int
    name: SocofingName
    level: str
    home: PurePosixPath


@dataclass(frozen=True, slots=True)
class _Collection:
    """What a folder holds by its names: real prints, altered ones, and what a user should know."""

    paths: Sequence[str]
    real: Sequence[tuple[int, SocofingName]]
    altered: Sequence[_Altered]
    notes: Sequence[str]

    @classmethod
    def of(cls, folder: FolderSource) -> _Collection:
        """Read the names of a folder's pictures."""
        paths = [ident for ident, _ in folder.keys]
        real, altered, others, homes = [], [], [], set()
        for number, path in enumerate(map(PurePosixPath, paths)):
            name = read_socofing(path)
            if name is None:
                others.append(str(path))
                continue
            homes.add(_home(path))
            if name.alteration:
                altered.append(_Altered(number, name, read_level(path), _home(path)))
            else:
                real.append((number, name))
        notes = [f"{_count(others)} with other names left out"] if others else []
        if len(homes) > 1:
            names = ", ".join(sorted(map(str, homes))[:3])
            notes.append(f"the collection lies here {len(homes)} times ({names}): each picture is taken as often")
        return cls(paths, real, altered, notes)

    def pair(
        self, wanted: Sequence[tuple[str, str]], *, any_level: bool
    ) -> tuple[Sequence[tuple[int, _Altered]], Sequence[str]]:
        """Return each altered print that is wanted with the number of its real one, and what is missing.

        `wanted` are alterations with levels; `any_level` takes also those whose folder tells none.
        """
        real: dict[tuple[PurePosixPath, str], list[int]] = defaultdict(list)
        for number, name in self.real:
            real[_home(PurePosixPath(self.paths[number])), name.digit].append(number)
        kinds = {kind for kind, _ in wanted}
        pairs, lone = [], []
        for one in self.altered:
            known = (one.name.alteration, one.level) in wanted
            if not known and not (any_level and not one.level and one.name.alteration in kinds):
                continue
            partners = real[one.home, one.name.digit]
            if len(partners) > 1:
                names = " and ".join(self.paths[number] for number in partners)
                raise InputError(f"there is more than one real print: {names}", where=self.paths[one.number])
            if partners:
                pairs.append((partners[0], one))
            else:
                lone.append(self.paths[one.number])
        notes = [f"{_count(lone)} that are altered have no real print and are left out"] if lone else []
        return pairs, [*notes, *_missing(wanted, len(self.real), pairs)]


def _missing(wanted: Sequence[tuple[str, str]], real: int, pairs: Sequence[tuple[int, _Altered]]) -> Iterator[str]:
    """Yield a note on the altered prints that are not there, as where the altering tool failed."""
    there = Counter((one.name.alteration, one.level) for _, one in pairs)
    missing = {case: real - there[case] for case in wanted if there[case] < real}
    if missing:
        told = ", ".join(f"{count} {level} {name}" for (name, level), count in missing.items())
        yield f"{sum(missing.values())} of {real * len(wanted)} altered prints are not there: {told}"


def _home(path: PurePosixPath) -> PurePosixPath:
    """Return the folder in which the folders of real and altered prints lie."""
    home = path.parent
    while home.name and (home.name.lower() == "real" or home.name.lower().startswith("altered")):
        home = home.parent
    return home


def _pick(number: int, name: SocofingName, group: str, dpi: float | None, altered: _Altered | None = None) -> Pick:
    """Return a real print as it is taken, perhaps with its altered partner."""
    labels = name.labels
    belongs = name.digit if group == "finger" else name.subject
    if altered is None:
        return Pick(number, belongs, labels, dpi=dpi)
    told = labels | ({"level": altered.level} if altered.level else {})
    return Pick(number, belongs, told, Partner(altered.number, name.alteration, altered.level), dpi)


def _count(paths: Sequence[str]) -> str:
    return f"{len(paths)} picture{'s' * (len(paths) != 1)}, such as {paths[0]},"

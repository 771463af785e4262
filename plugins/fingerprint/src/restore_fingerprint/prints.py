"""Folders of fingerprints, their groups read from the usual file names."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import Field

from restore.api import FolderSource, RequestError, Source

_SOCOFING = re.compile(
    r"(?P<subject>\d+)__(?P<gender>[MF])_(?P<hand>Left|Right)_(?P<finger>thumb|index|middle|ring|little)_finger"
    r"(?:_(?P<alteration>CR|Obl|Zcut))?"
)
"""`100__M_Left_index_finger_CR` (Shehu et al. 2018, arXiv 1807.10609)."""
_FVC = re.compile(r"(?P<finger>\d{1,4})_(?P<impression>\d{1,2})")
"""`101_1`: finger and impression, in the Fingerprint Verification Competitions (Maio et al. 2002)."""


def prints(
    path: Path | None,
    *,
    group: str = "person",
    max_pixels: Annotated[int, Field(ge=1, description="width times height that a picture may have")] = 100_000_000,
) -> Source:
    """Open a folder of fingerprints.

    `group`: `person` where the names tell, else the finger, else the file; `finger`; `file`; or a regular expression
    whose first group is the group. Names of SOCOFing and of the FVC are known.
    """
    if path is None:
        raise RequestError("this data set is a folder of yours", where="prints", hint="say which: --data PATH")
    groupings = {"person": person, "finger": finger}
    return FolderSource(path, group=groupings.get(group, group), label=labels, max_pixels=max_pixels)


def person(path: PurePosixPath) -> str | None:
    """Return the person whose print it is, else the finger, None where the name does not tell."""
    told = _SOCOFING.fullmatch(path.stem)
    return told["subject"] if told else finger(path)


def finger(path: PurePosixPath) -> str | None:
    """Return the finger, None where the name does not tell.

    Numbers of the FVC begin anew in each database, so that their folder belongs to the finger.
    """
    if told := _SOCOFING.fullmatch(path.stem):
        return f"{told['subject']} {told['hand']} {told['finger']}"
    if told := _FVC.fullmatch(path.stem):
        return str(path.parent / told["finger"])
    return None


def labels(path: PurePosixPath) -> dict[str, str]:
    """Return what a name tells: subject, gender, hand, finger, alteration, impression."""
    told = _SOCOFING.fullmatch(path.stem) or _FVC.fullmatch(path.stem)
    return {key: value for key, value in told.groupdict().items() if value} if told else {}

"""Subjects, fingers and alterations parsed from the file names of the usual collections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

Labels: TypeAlias = dict[str, str]

ALTERATIONS: Mapping[str, str] = {"obl": "obliteration", "cr": "rotation", "zcut": "zcut"}
"""SOCOFing's alterations by the suffix of its file names: CR is a central rotation."""
LEVELS = ("easy", "medium", "hard")

_SOCOFING = re.compile(
    r"(?P<subject>\d+)__(?P<gender>[MF])_(?P<hand>Left|Right)_(?P<finger>thumb|index|middle|ring|little)_finger"
    r"(?:_(?P<alteration>CR|Obl|Zcut))?",
    re.IGNORECASE | re.ASCII,
)
"""`100__M_Left_index_finger_CR` (Shehu et al. 2018, arXiv 1807.10609)."""
_FVC = re.compile(r"(?P<finger>\d{1,4})_(?P<impression>\d{1,2})", re.ASCII)
"""`101_1`: finger and impression, in the Fingerprint Verification Competitions (Maio et al. 2002)."""
_LEVEL = re.compile("|".join(LEVELS), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SocofingName:
    """The fields of a SOCOFing file name; `alteration` is a value of `ALTERATIONS`, empty for a real print."""

    subject: str
    gender: Literal["M", "F"]
    hand: str
    finger: str
    alteration: str

    @property
    def digit(self) -> str:
        """Return the subject's finger, such as `100 Left index`."""
        return f"{self.subject} {self.hand} {self.finger}"

    @property
    def labels(self) -> Labels:
        """Return subject, gender, hand and finger, and the alteration of an altered print."""
        labels = {"subject": self.subject, "gender": self.gender, "hand": self.hand, "finger": self.finger}
        return labels | ({"alteration": self.alteration} if self.alteration else {})


def read_socofing(path: PurePosixPath) -> SocofingName | None:
    """Return the fields of a SOCOFing file name, in upper or lower case, or None for other names."""
    name = _SOCOFING.fullmatch(path.stem)
    if not name:
        return None
    gender: Literal["M", "F"] = "M" if name["gender"].upper() == "M" else "F"
    alteration = ALTERATIONS[name["alteration"].lower()] if name["alteration"] else ""
    return SocofingName(name["subject"], gender, name["hand"].capitalize(), name["finger"].lower(), alteration)


def read_level(path: PurePosixPath) -> str:
    """Return the level in the name of the nearest folder, such as `Altered-Hard`, or an empty text."""
    found = (_LEVEL.search(folder.name) for folder in path.parents)
    return next((level[0].lower() for level in found if level), "")


def read_fvc(path: PurePosixPath) -> Labels | None:
    """Return finger and impression of an FVC file name, or None for other names."""
    name = _FVC.fullmatch(path.stem)
    return name.groupdict() if name else None

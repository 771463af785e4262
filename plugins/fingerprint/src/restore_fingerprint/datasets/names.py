"""What the file names of the usual collections tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

Labels: TypeAlias = dict[str, str]

ALTERATIONS: Mapping[str, str] = {"obl": "obliteration", "cr": "rotation", "zcut": "zcut"}
"""The alterations of SOCOFing by the endings of its names: CR is a central rotation."""
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
    """Whose print a name of SOCOFing tells; `alteration` is a value of `ALTERATIONS`, empty for a real print."""

    subject: str
    gender: Literal["M", "F"]
    hand: str
    finger: str
    alteration: str

    @property
    def digit(self) -> str:
        """Return the finger of this person, such as `100 Left index`."""
        return f"{self.subject} {self.hand} {self.finger}"

    @property
    def labels(self) -> Labels:
        """Return subject, gender, hand and finger, and the alteration where there is one."""
        told = {"subject": self.subject, "gender": self.gender, "hand": self.hand, "finger": self.finger}
        return told | ({"alteration": self.alteration} if self.alteration else {})


def read_socofing(path: PurePosixPath) -> SocofingName | None:
    """Return what a name of SOCOFing tells, in any case of its letters, None for other names."""
    told = _SOCOFING.fullmatch(path.stem)
    if not told:
        return None
    gender: Literal["M", "F"] = "M" if told["gender"].upper() == "M" else "F"
    alteration = ALTERATIONS[told["alteration"].lower()] if told["alteration"] else ""
    return SocofingName(told["subject"], gender, told["hand"].capitalize(), told["finger"].lower(), alteration)


def read_level(path: PurePosixPath) -> str:
    """Return the level that the nearest folder tells, as `Altered-Hard` does, or nothing."""
    found = (_LEVEL.search(folder.name) for folder in path.parents)
    return next((level[0].lower() for level in found if level), "")


def read_fvc(path: PurePosixPath) -> Labels | None:
    """Return finger and impression where a name is one of the FVC's, else None."""
    told = _FVC.fullmatch(path.stem)
    return told.groupdict() if told else None

"""The figures of `quality.py`, kept in a file, so that an interrupted benchmark goes on where it was."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quality_damage import Cases

from restore.system.files import write_whole

TRAINING, UNDAMAGED, SPEED = "training", "undamaged", "speed"
"""What is measured beside kinds of damage."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Figures of one row for a kind of damage or what else is measured.

    `seed` is that of the training; `run` is the id of a run that may be replaced, on which the figures depend.
    """

    kind: str
    row: str
    values: Mapping[str, float | None]
    seed: int = 0
    run: str = ""


class Book:
    """Entries in a file, of measurements with the same settings."""

    def __init__(self, path: Path, settings: Mapping[str, Any], cases: Cases) -> None:
        """Open the file, or begin one; ends the program where it holds figures of other settings or images."""
        settings = {**settings, "images": {kind: len(test.ids) for kind, test in cases.sets.items()}}
        self.path, self.settings = path, settings
        self.entries: list[Entry] = []
        if path.exists():
            found = json.loads(path.read_text("utf-8"))
            other = [name for name in settings if found["settings"].get(name) != settings[name]]
            if other:
                raise SystemExit(f"{path} holds figures of other {', '.join(other)}: choose another --out")
            self.settings = {**found["settings"], **settings}
            self.entries = [Entry(**one) for one in found["entries"]]

    def has(self, kind: str, row: str, *, seed: int = 0, run: str = "") -> bool:
        """Return whether there are figures of a row for a kind."""
        return any((one.kind, one.row, one.seed, one.run) == (kind, row, seed, run) for one in self.entries)

    def write(self, entries: Iterable[Entry]) -> None:
        """Add entries, in place of older ones of the same kind, row and seed, and write the file whole."""
        new = {(one.kind, one.row, one.seed): one for one in entries}
        kept = [one for one in self.entries if (one.kind, one.row, one.seed) not in new]
        self.entries = [*kept, *new.values()]
        whole = {"settings": self.settings, "entries": [asdict(one) for one in self.entries]}
        write_whole(self.path, json.dumps(whole, indent=1).encode(), overwrite=True)

    @property
    def models(self) -> list[str]:
        """The names of the models, in the order in which they were measured."""
        return list(dict.fromkeys(one.row for one in self.entries if one.kind == SPEED))

    def values(self, kind: str, row: str, figure: str) -> list[float]:
        """Return a figure of every seed; those of seeds where it does not apply are left out."""
        found = (one.values.get(figure) for one in self.entries if (one.kind, one.row) == (kind, row))
        return [value for value in found if value is not None]

    def median(self, kind: str, row: str, figure: str) -> float | None:
        """Return the median of a figure over the seeds, None where it applies to none."""
        values = self.values(kind, row, figure)
        return statistics.median(values) if values else None

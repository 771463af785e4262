"""What verifying a case found, as JSON and in words."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.figures import count
from restore.show.findings import damage_parts

if TYPE_CHECKING:
    from restore.tasks.case.verify import Verdict


def verdict_document(path: Path, verdict: Verdict) -> dict[str, Any]:
    """Return the document of `restore case verify --json`."""
    found = [{"part": one.part, "what": one.what} for one in verdict.damages]
    return {"schema": 1, "path": str(path), "ok": not found, **asdict(verdict), "damages": found}


def verdict_parts(path: Path, verdict: Verdict) -> list[RenderableType]:
    """Return the damage of a case, a line each, or that there is none; notes, counts, and the hash of the last entry."""
    replayed = f"{verdict.replayed} of {count(verdict.steps, 'step')} replayed"
    equal = f"{count(verdict.equal, 'file')} the same, byte for byte"
    near = f", {verdict.near} equal within 1 level" if verdict.near else ""
    entries = f"{count(verdict.entries, 'entry', 'entries')}, {count(verdict.originals, 'original')}"
    notes = [f"note: {note}" for note in verdict.notes]
    return [
        *damage_parts(path, verdict.damages),
        *notes,
        f"{entries}; {replayed}: {equal}{near}",
        f"last entry: {verdict.last}",
    ]

"""What checks found: of a run file, and of a plugin's components."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from restore.show.console import table
from restore.show.figures import count

if TYPE_CHECKING:
    from restore.runfile.verify import Damage
    from restore.testing import Finding


def damage_document(path: Path, findings: Sequence[Damage]) -> dict[str, Any]:
    """Return the damage of a run file as plain JSON."""
    found = [{"part": one.part, "what": one.what} for one in findings]
    return {"schema": 1, "path": str(path), "ok": not findings, "findings": found}


def damage_parts(path: Path, findings: Sequence[Damage]) -> list[RenderableType]:
    """Return the damage of a run file, a line each, or that there is none."""
    if not findings:
        return [f"{path}: ok"]
    damage = table(title=f"{path}: damaged")
    for name in ("part", "what"):
        damage.add_column(name, overflow="fold")
    for one in findings:
        damage.add_row(one.part, one.what)
    return [damage]


def check_document(plugin: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings about a plugin as plain JSON."""
    found = [
        {
            "component": one.component,
            "check": one.check,
            "problem": one.problem,
            "hint": one.hint or None,
            "note": one.note or None,
        }
        for one in findings
    ]
    return {"schema": 1, "plugin": plugin, "ok": not any(one.problem for one in findings), "findings": found}


def check_parts(plugin: str, findings: Sequence[Finding]) -> list[RenderableType]:
    """Return the findings about a plugin: every check of every component, and a count."""
    checks = table()
    for name in ("component", "check", "result"):
        checks.add_column(name, overflow="fold")
    before = ""
    for one in findings:
        if before and one.component != before:
            checks.add_section()
        checks.add_row(one.component if one.component != before else "", one.check, _result(one))
        before = one.component
    failed = sum(1 for one in findings if one.problem)
    said = f"{count(failed, 'problem')} in {count(len(findings), 'check')}" if failed else "all right"
    noted = sum(1 for one in findings if one.note)
    notes = f", {count(noted, 'note')}" if noted else ""
    return [checks, "", f"{plugin}: {said}{notes}, {count(len({one.component for one in findings}), 'component')}"]


def _result(one: Finding) -> Text:
    """Return a problem with its hint, or that there is none, with the note."""
    if one.problem:
        return Text(one.line, style="red")
    return Text.assemble(("ok", "green"), (f"; note: {one.note}" if one.note else "", "yellow"))

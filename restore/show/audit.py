"""An audit as a table, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from restore.show.console import table
from restore.show.figures import NOTHING

if TYPE_CHECKING:
    from restore.tasks.audit import Estimate, Memorisation


def audit_parts(findings: Sequence[Memorisation]) -> list[RenderableType]:
    """Return a table of the findings, and what they mean in words."""
    shown = table()
    for name in ("corruption", "learned dB", "unseen dB", "gap dB", "95 %", "told apart", "95 %"):
        shown.add_column(name, justify="left" if name == "corruption" else "right")
    for one in findings:
        figures = f"{one.learned:.2f}", f"{one.unseen:.2f}", f"{one.gap.value:+.2f}", _interval(one.gap, 2)
        shown.add_row(one.corruption, *figures, f"{one.attack.value:.3f}", _interval(one.attack, 3))
    pictures, groups = findings[0].pictures, findings[0].groups
    return [
        shown,
        "",
        f"{pictures[0]} pictures of {groups[0]} groups that it learned from, {pictures[1]} of {groups[1]} that it never saw",
        "told apart: how well a picture's error alone tells the two; 0.5 is chance",
        *map(_verdict, findings),
    ]


def audit_document(path: str, findings: Sequence[Memorisation]) -> Mapping[str, Any]:
    """Return the document of `restore audit --json`."""
    return {"schema": 1, "path": path, "findings": [{**asdict(one), "remembers": one.remembers} for one in findings]}


def _interval(one: Estimate, digits: int) -> str:
    return NOTHING if one.low is None or one.high is None else f"{one.low:.{digits}f} to {one.high:.{digits}f}"


def _verdict(one: Memorisation) -> str:
    """Return what a finding means."""
    if one.remembers:
        return f"{one.corruption}: it restores whom it learned from better, which chance does not explain"
    if not one.can_tell:
        return f"{one.corruption}: of a single group on one side nothing can be told"
    return f"{one.corruption}: no sign that it restores whom it learned from better"

"""A diagnosis of the installation, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from restore.show.console import table
from restore.show.figures import count, show_bytes

if TYPE_CHECKING:
    from restore.tasks.doctor import Diagnosis, Folder


def doctor_document(found: Diagnosis) -> dict[str, Any]:
    """Return a diagnosis as plain JSON."""
    return {
        "schema": 1,
        "ok": not found.faults,
        "versions": dict(found.versions),
        "machine": dict(found.machine),
        "free_memory": found.memory,
        "backend": found.backend,
        "plugins": [
            {
                "name": one.name,
                "distribution": one.distribution,
                "version": one.version,
                "status": one.status,
                "reason": one.reason,
                "warnings": list(one.warnings),
            }
            for one in found.plugins
        ],
        "folders": [asdict(one) | {"path": str(one.path)} for one in found.folders],
        "faults": [asdict(one) for one in found.faults],
        "notes": list(found.notes),
        "keras": dict(found.keras),
    }


def doctor_parts(found: Diagnosis) -> list[RenderableType]:
    """Return a diagnosis as renderables: the facts, then notes, and each problem with what to do about it."""
    facts = table(header=False)
    facts.add_column(style="bold")
    facts.add_column(overflow="fold")
    facts.add_row("versions", ", ".join(f"{name} {number}" for name, number in found.versions.items()))
    cores = f"{count(found.machine['cores'] or 0, 'core')}, {found.machine['usable']} usable"
    facts.add_row("machine", f"{found.machine['platform']}, {cores}")
    facts.add_row("memory", "unknown" if found.memory is None else f"{show_bytes(found.memory)} free")
    facts.add_row("backend", _backend(found))
    facts.add_row("keras", f"{found.keras['file']}, backend {found.keras['backend'] or 'not set'}")
    for one in found.plugins:
        components = f", {count(len(one.components), 'component')}" if one.status == "ok" else ""
        facts.add_row("plugin", f"{one.name} ({one.owner}): {one.status}{components}")
    for folder in found.folders:
        facts.add_row(folder.use, _folder(folder))
    notes = [Text.assemble(("note: ", "yellow"), note) for note in found.notes]
    if not found.faults:
        return [facts, "", *notes, "no problems found"]
    faults: list[RenderableType] = []
    for fault in found.faults:
        faults += [Text.assemble(("problem: ", "bold red"), fault.what), f"  {fault.hint}"]
    return [facts, "", *notes, *faults]


def _backend(found: Diagnosis) -> str:
    if found.backend is None:
        return "not loaded"
    if "error" in found.backend:
        return "cannot be loaded"
    return f"{found.backend['backend']} on {', '.join(found.backend['devices'])}"


def _folder(folder: Folder) -> str:
    limits = ", no file locks" if not folder.locks else ""
    limits = limits if folder.writable else ", not writable"
    return f"{folder.path}, {show_bytes(folder.taken)} used, {show_bytes(folder.free)} free{limits}"

"""A diagnosis as text and as JSON."""

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
    }


def doctor_parts(found: Diagnosis) -> list[RenderableType]:
    """Return a diagnosis as text: the facts, then what is wrong and what to do about each."""
    facts = table(header=False)
    facts.add_column(style="bold")
    facts.add_column(overflow="fold")
    facts.add_row("versions", ", ".join(f"{name} {number}" for name, number in found.versions.items()))
    cores = count(found.machine["cores"] or 0, "core")
    facts.add_row("machine", f"{found.machine['platform']}, {cores}")
    facts.add_row("memory", "unknown" if found.memory is None else f"{show_bytes(found.memory)} free")
    facts.add_row("backend", _backend(found))
    for one in found.plugins:
        components = f", {count(len(one.components), 'component')}" if one.status == "ok" else ""
        facts.add_row("plugin", f"{one.name} ({one.owner}): {one.status}{components}")
    for folder in found.folders:
        facts.add_row(folder.use, _folder(folder))
    if not found.faults:
        return [facts, "", "nothing is wrong"]
    faults: list[RenderableType] = []
    for fault in found.faults:
        faults += [Text.assemble(("wrong: ", "bold red"), fault.what), f"  {fault.hint}"]
    return [facts, "", *faults]


def _backend(found: Diagnosis) -> str:
    if found.backend is None:
        return "not loaded"
    if "error" in found.backend:
        return "cannot be loaded"
    return f"{found.backend['backend']} on {', '.join(found.backend['devices'])}"


def _folder(folder: Folder) -> str:
    writable = "" if folder.writable else ", not writable"
    return f"{folder.path}, {show_bytes(folder.taken)} in it, {show_bytes(folder.free)} free{writable}"

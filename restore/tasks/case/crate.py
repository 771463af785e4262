"""A case exported as a Process Run Crate: an RO-Crate in a ZIP file that is the same bytes each time."""

from __future__ import annotations

import json
import mimetypes
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from restore.errors import InputError, RequestError
from restore.system.files import opened_whole, require_free
from restore.tasks.case.folder import Case, is_sound
from restore.tasks.case.log import MASKS, ORIGINALS, STEPS, Entry
from restore.tasks.case.log import NAME as LOG
from restore.text import few, show

NAME = "ro-crate-metadata.json"
CRATE, PROFILE = "https://w3id.org/ro/crate/1.1", "https://w3id.org/ro/wfrun/process/0.5"
SOFTWARE = "https://pypi.org/project/restore-toolkit/"
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100444
Thing = dict[str, Any]
TERMS: Thing = {
    "@id": "#terms",
    "@type": "CreativeWork",
    "name": "Terms of the case",
    "description": "Material of an examination. Whoever made the case says who may have it.",
}


def export_case(case: Case, file: Path, *, overwrite: bool) -> None:
    """Write a case to a ZIP file, whole or not at all.

    Raises `RequestError` where the path is taken, `InputError` where a file of the case is not what its log says.
    """
    require_free(file, overwrite=overwrite)
    if file.suffix.lower() != ".zip":
        raise RequestError("the file ends in .zip", code="bad-option", where="--output", hint=f"{file.stem}.zip")
    changed = [path for path, sha256 in case.files.items() if not is_sound(case.place(path), sha256)]
    if changed:
        what, hint = f"files have changed: {few(changed)}", "see restore case verify"
        raise InputError(what, code="damaged-case", where=show(case.folder), hint=hint)
    with opened_whole(file, overwrite=overwrite) as opened, zipfile.ZipFile(opened, "w") as archive:
        for name, data in ((NAME, metadata(case)), (LOG, (case.folder / LOG).read_bytes())):
            archive.writestr(_member(name), data)
        for path in sorted(case.files):
            with case.place(path).open("rb") as source, archive.open(_member(path), "w", force_zip64=True) as target:
                while part := source.read(2**20):
                    target.write(part)


def metadata(case: Case) -> bytes:
    """Return what describes the files and steps of a case, made of its log alone."""
    steps = [entry for entry in case.entries if entry.kind == "restore"]
    files = sorted([LOG, *case.files])
    graph: list[Thing] = [
        {"@id": NAME, "@type": "CreativeWork", "conformsTo": {"@id": CRATE}, "about": {"@id": "./"}},
        {
            "@id": "./",
            "@type": "Dataset",
            "name": "Images restored in a case",
            "description": "Originals, runs, masks and results, and a log by which every step can be replayed: restore case verify",
            "datePublished": case.entries[-1].time,
            "conformsTo": {"@id": PROFILE},
            "license": {"@id": TERMS["@id"]},
            "author": _linked([_person(name) for name in _names(case)]),
            "hasPart": _linked(map(quote, files)),
            "mentions": _linked(map(_action, steps)),
        },
        TERMS,
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        *_files(case, files),
        *_people(case),
        *_software(steps),
        *map(_step, steps),
    ]
    document = {"@context": [f"{CRATE}/context", "https://w3id.org/ro/terms/workflow-run/context"], "@graph": graph}
    return json.dumps(document, indent=1).encode() + b"\n"


def _files(case: Case, paths: list[str]) -> Iterator[Thing]:
    """Yield the description of each file; the log has no checksum, as its entries have."""
    hashes = case.files
    for path in paths:
        kind = "application/jsonl" if path == LOG else mimetypes.guess_type(path)[0] or "application/octet-stream"
        known = {"sha256": hashes[path]} if path in hashes else {}
        yield {"@id": quote(path), "@type": "File", "name": path, "encodingFormat": kind, **known}


def _people(case: Case) -> Iterator[Thing]:
    return ({"@id": _person(name), "@type": "Person", "name": name} for name in _names(case))


def _names(case: Case) -> list[str]:
    """Return who made entries."""
    return list(dict.fromkeys(entry.who for entry in case.entries))


def _software(steps: list[Entry]) -> Iterator[Thing]:
    """Yield the description of each version of restore that made a step."""
    for version in dict.fromkeys(map(_version, steps)):
        known = {"name": "restore", "url": SOFTWARE, "softwareVersion": version}
        yield {"@id": _program(version), "@type": "SoftwareApplication", **known}


def _step(entry: Entry) -> Thing:
    """Return the description of a step: by whom and what, from which files to which."""
    step = entry.step
    assert step is not None
    results = [path for path in entry.files if path.startswith(f"{STEPS}/")]
    masks = [path for path in entry.files if path.startswith(f"{MASKS}/")]
    run = [step.run["file"]] if "file" in step.run else []
    return {
        "@id": _action(entry),
        "@type": "CreateAction",
        "name": f"Images restored by the run {step.run['name']} ({step.run['id']})",
        "description": entry.why,
        "startTime": step.began,
        "endTime": entry.time,
        "agent": {"@id": _person(entry.who)},
        "instrument": {"@id": _program(_version(entry))},
        "object": _linked(map(quote, [*(f"{ORIGINALS}/{name}" for name in step.originals), *masks, *run])),
        "result": _linked(map(quote, results)),
    }


def _version(entry: Entry) -> str:
    return entry.step.versions.get("restore-toolkit", "") if entry.step else ""


def _program(version: str) -> str:
    return f"{SOFTWARE}{version}/"


def _person(name: str) -> str:
    return f"#person-{quote(name)}"


def _action(entry: Entry) -> str:
    return f"#step-{entry.number:04}"


def _linked(names: Iterable[str]) -> list[Thing] | Thing:
    """Return links, a single one without a list, as RO-Crate recommends."""
    links = [{"@id": name} for name in names]
    return links[0] if len(links) == 1 else links


def _member(path: str) -> zipfile.ZipInfo:
    """Return a member of the archive, stored as it is, of no time and read-only."""
    member = zipfile.ZipInfo(path, _DATE)
    member.create_system, member.external_attr = 3, _MODE << 16
    return member

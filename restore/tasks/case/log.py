"""The log of a case: one JSON line an entry, sealed by a SHA-256 of its own and chained to the entry before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from restore.runfile.verify import Damage
from restore.text import printable

Json: TypeAlias = Mapping[str, Any]
Kind: TypeAlias = Literal["new", "add", "restore"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAME = "log.jsonl"
SCHEMA = 1
START = "0" * 64
"""What the first entry has for the SHA-256 of the one before."""
ORIGINALS, MASKS, RUNS, STEPS = FOLDERS = ("originals", "masks", "runs", "steps")
"""Folders of a case; the files of a step, and the masks that it was given, lie in one called by its entry's number."""
_SEALED = re.compile(rb'(\{.*), "sha256": "([0-9a-f]{64})"\}', re.DOTALL)


class Step(NamedTuple):
    """A restoration as its entry tells it; paths are below the case.

    `run`: its name, id, content, and either `file`, in the case, or `shipped`, a name such as `plugin/name`, and the
    distribution that it is `from`. `originals`: names. `images`: the rows of the ledger of `restore apply`. `versions` of packages, and `machine`: what the last bits of a
    result depend on. `began`: UTC, ISO 8601.
    """

    run: Mapping[str, str]
    originals: Sequence[str]
    settings: Mapping[str, Any]
    images: Sequence[Json]
    versions: Mapping[str, str]
    machine: Mapping[str, str]
    began: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what a command did.

    `number`: from 1 on. `previous`: the `sha256` of the entry before. `time`: UTC, ISO 8601. `files`: the SHA-256 of each
    file that it brought, by path below the case. `step`: what a restoration was, None for other kinds.
    """

    number: int
    kind: Kind
    previous: str
    time: str
    who: str
    why: str
    files: Mapping[str, str]
    step: Step | None = None
    sha256: str = ""

    @property
    def place(self) -> str:
        """Return the entry's name in messages."""
        return f"{NAME}, entry {self.number}"


def folder_of(kind: str, number: int) -> str:
    """Return the folder of a step below the case, `steps/0002`, or that of its masks."""
    return f"{kind}/{number:04}"


def sealed(entry: Entry) -> bytes:
    """Return an entry as its line of the log; its `sha256` is made anew."""
    fields = {name: getattr(entry, name) for name in Entry.__slots__ if name != "sha256"}
    fields["step"] = entry.step and entry.step._asdict()
    body = json.dumps({"schema": SCHEMA, **fields}, allow_nan=False).encode()
    return body[:-1] + f', "sha256": "{hashlib.sha256(body).hexdigest()}"}}\n'.encode()


def parse(data: bytes) -> tuple[list[Entry], list[Damage]]:
    """Return the entries of a log that can be read, and all damage: changed bytes, and entries lost, added or moved."""
    entries: list[Entry] = []
    damages: list[Damage] = []
    *lines, rest = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        entry = _unsealed(line)
        if isinstance(entry, str):
            damages.append(Damage(f"{NAME}, entry {number}", entry))
        else:
            entries.append(entry)
    if rest:
        damages.append(Damage(f"{NAME}, entry {len(lines) + 1}", "the entry is cut"))
    elif not lines:
        damages.append(Damage(NAME, "the log is empty"))
    return entries, [*damages, *_breaks(entries, damaged=bool(damages))]


def _unsealed(line: bytes) -> Entry | str:
    """Return the entry of a line, or what is wrong with it."""
    found = _SEALED.fullmatch(line)
    if found is None or hashlib.sha256(found[1] + b"}").hexdigest() != found[2].decode():
        return "the entry differs from its checksum"
    try:
        fields = json.loads(line)
        if (schema := fields.pop("schema")) != SCHEMA:
            return f"the entry has schema {printable(str(schema))}, this version reads {SCHEMA}"
        step = None if fields["step"] is None else Step(**fields["step"])
        entry = replace(Entry(**fields), step=step)
        sound = _is_sound(entry) and (_is_sound_step(step) if step else entry.kind != "restore")
    except (ValueError, TypeError, KeyError, AttributeError):
        sound = False
    return entry if sound else "the entry has other fields than this version writes"


def _is_sound(entry: Entry) -> bool:
    """Return whether the fields of an entry have the types that are written, and its paths stay in the case."""
    texts = (entry.previous, entry.time, entry.who, entry.why, *entry.files.values())
    known = entry.kind in KINDS and isinstance(entry.number, int) and all(isinstance(text, str) for text in texts)
    return known and all(map(_is_safe, entry.files))


def _is_sound_step(step: Step) -> bool:
    """Return whether the fields of a step have the types that are written."""
    mappings = (step.run, step.settings, step.versions, step.machine, *step.images)
    texts = [*step.run.values(), *step.originals, *step.versions.values(), *step.machine.values(), step.began]
    named = {"name", "id", "content"} <= step.run.keys()
    named &= step.settings.get("mask") is None or isinstance(step.settings["mask"], str)
    return named and all(isinstance(one, dict) for one in mappings) and all(isinstance(text, str) for text in texts)


def _is_safe(path: str) -> bool:
    """Return whether a path stays within the folders of a case."""
    parts = PurePosixPath(path).parts
    return len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts and "\\" not in path and "\0" not in path


def _breaks(entries: list[Entry], *, damaged: bool) -> Iterator[Damage]:
    """Yield where entries do not follow each other; beside damaged ones, those next to them are not compared."""
    before, previous = 0, START
    for entry in entries:
        if entry.number != before + 1 and not (damaged and entry.number > before):
            yield Damage(entry.place, f"the entry follows entry {before}: entries are missing or moved")
        elif entry.number == before + 1 and entry.previous != previous:
            yield Damage(entry.place, f"the entry was made after another entry {before}")
        before, previous = entry.number, entry.sha256

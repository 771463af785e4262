"""The ledger beside results: which image was restored from what, by which run, and how; one JSON line each."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeAlias

from restore.errors import RequestError, WorkError
from restore.system.files import is_full, reason_of, write_whole
from restore.text import show

Status: TypeAlias = Literal["started", "restored", "untouched", "refused"]
SCHEMA = 1
NAME = "restored.jsonl"
"""The ledger of a folder of results; that of a single one is `NAME.restored.jsonl`."""
LOCK = ".restored.lock"
_TEMPORARY = re.compile(r"\.(\d+)-[0-9a-f]{8}\.tmp")
"""Names under which `write_whole` writes: the process's number stands in them."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one image.

    `input`: its path below the input, POSIX; `output`: that of the result below the ledger's folder. `size` and
    `modified`, bytes and nanoseconds, are those of the input when it was found. `used`: share of the image that was
    replaced. `confidence`: its mean there, None where the model gives none. `mask`: SHA-256 of the mask file. `reason`
    and `code` say why an image was refused.
    """

    input: str
    output: str
    status: Status
    size: int = 0
    modified: int = 0
    input_sha256: str | None = None
    output_sha256: str | None = None
    output_size: int | None = None
    used: float | None = None
    confidence: float | None = None
    mask: str | None = None
    seconds: float = 0.0
    reason: str = ""
    code: str = ""
    notes: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Return whether the image has a result."""
        return self.status in ("restored", "untouched")


@dataclass
class Ledger:
    """A ledger: the run and settings that made its folder, and the last row of each output; `size` in bytes when read."""

    path: Path
    head: Mapping[str, Any]
    rows: dict[str, Row] = field(default_factory=dict)
    exists: bool = False
    size: int = 0

    @property
    def folder(self) -> Path:
        """Return the folder of the results."""
        return self.path.parent

    def has(self, row: Row) -> bool:
        """Return whether a row's result stands as it was written."""
        if not row.done:
            return False
        try:
            return (self.folder / row.output).stat().st_size == row.output_size
        except OSError:
            return False

    def begin(self) -> None:
        """Write the first line, unless the ledger exists; what a killed process left of a line is cut off.

        Raises `RequestError` where another process has written to it since it was read.
        """
        if (self.path.stat().st_size if self.path.exists() else 0) != self.size:
            what = "another process has restored images into this folder"
            raise RequestError(what, code="held", where=show(self.folder), hint="start again")
        if not self.exists:
            write_whole(self.path, _line(self.head), overwrite=True)
            self.exists = True
            return
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            with self.path.open("r+b") as file:
                file.truncate(whole)

    def add(self, *rows: Row, durable: bool = True) -> None:
        """Append rows, which with `durable` are on the disk afterwards, as are those before them.

        Raises `WorkError` where they cannot be written, without a trace.
        """
        data = b"".join(map(_line_of, rows))
        try:
            with self.path.open("ab") as file:
                before = file.tell()
                try:
                    file.write(data)
                    file.flush()
                    if durable:
                        os.fsync(file.fileno())
                except OSError:
                    with contextlib.suppress(OSError):
                        file.truncate(before)
                    raise
        except OSError as error:
            code = "disk-full" if is_full(error) else "not-written"
            what = f"cannot write the ledger: {reason_of(error)}"
            raise WorkError(what, code=code, where=show(self.path)) from error
        self.rows |= {row.output: row for row in rows}


_FIELDS = [one.name for one in fields(Row)]


def read_ledger(path: Path, head: Mapping[str, Any], *, replace: bool, targets: set[str]) -> Ledger:
    """Return the ledger at a path for a run and settings, empty where there is none.

    Raises `RequestError` where it is that of another run or of other settings, unless `replace` is given and all its
    results are among `targets`, so that none of them stays.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Ledger(path, head)
    except OSError as error:
        what = f"cannot read the ledger: {reason_of(error)}"
        raise RequestError(what, code="unreadable", where=show(path), hint="choose another folder: -o") from error
    try:
        found, *rows = map(json.loads, data.split(b"\n")[:-1])
        known = {row["output"]: Row(**{**row, "notes": tuple(row.get("notes", ()))}) for row in rows}
        changed = [name for name in ("run", "settings") if found[name] != head[name]]
        schema = found["schema"]
    except (ValueError, TypeError, LookupError) as error:
        hint = "choose another folder: -o"
        raise RequestError("not a ledger of restored images", code="bad-ledger", where=show(path), hint=hint) from error
    if schema != SCHEMA:
        what = f"the ledger has schema {schema}, this version reads {SCHEMA}"
        raise RequestError(what, code="bad-ledger", where=show(path), hint="choose another folder: -o")
    if changed and not (replace and known.keys() <= targets):
        what = _difference(found, head, changed[0])
        hint = "choose another folder: -o; with --overwrite, all its images must be restored again"
        raise RequestError(what, code="other-ledger", where=show(path), hint=hint)
    return Ledger(path, head, {} if changed else known, exists=not changed, size=len(data))


@contextlib.contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Keep other processes from writing results to a folder; removes what killed ones left half-written.

    Raises `RequestError` where another process does. Folders on file systems without locks are not protected.
    """
    from restore.system.locks import are_supported, hold

    if not are_supported(folder):
        yield
        return
    lock = folder / LOCK
    try:
        with hold(lock, patience=0):
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
    except TimeoutError:
        hint = "wait for it, or choose another folder: -o"
        what = "another process is restoring images into this folder"
        raise RequestError(what, code="held", where=show(folder), hint=hint) from None


def remove_partial(folder: Path) -> None:
    """Remove files that processes which no longer run left half-written in a folder."""
    for entry in os.scandir(folder):
        found = _TEMPORARY.fullmatch(entry.name)
        if found and not _runs(int(found[1])):
            Path(entry.path).unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return pid != os.getpid()


def _line_of(row: Row) -> bytes:
    values = {name: getattr(row, name) for name in _FIELDS}
    return _line({name: value for name, value in values.items() if row.done or value})


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, allow_nan=False).encode() + b"\n"


def _difference(found: Mapping[str, Any], head: Mapping[str, Any], name: str) -> str:
    """Return what differs between the ledger's first line and the one that it would get."""
    if name == "run":
        return f"these results were made by another run, {found['run']['name']}"
    before, now = found["settings"], head["settings"]
    changed = [f"--{key.replace('_', '-')}" for key in now if before.get(key) != now[key]]
    return f"these results were made with other settings: {', '.join(changed)}"

"""Prepared images on disk: a private folder for each dataset and preparation, complete or absent."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import numpy as np

from restore.errors import WorkError
from restore.system import locks
from restore.system.files import is_full, reason_of
from restore.system.ragged import Ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 1
"""Version of the folder's layout; it increases when the layout, or the preparation of images, changes."""
_META, _SUMS = "meta.json", "SHA256SUMS"
PATIENCE = 60.0
"""Seconds to wait for a marker file; one left behind by a killed process of another host is never removed."""
_HEADER = 128
"""Bytes of the header that `numpy.lib.format` writes for these arrays: it leaves room for the first axis to grow."""


@dataclass(frozen=True, slots=True, eq=False)
class Cached:
    """A stored entry: plain JSON, and arrays by name; `note`: why it is not in the cache."""

    meta: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any] | Ragged]
    note: str = ""


class ArrayWriter:
    """Writes arrays row by row into a folder, so that no more than a row is in memory."""

    def __init__(self, folder: Path) -> None:
        """Write to `folder`, which exists and is empty."""
        self.folder, self.count = folder, 0
        self._files: dict[str, tuple[IO[bytes], np.dtype[Any], list[tuple[int, ...]]]] = {}

    def add(self, row: Mapping[str, NDArray[Any]]) -> None:
        """Append one row, any values of any shape, to every array; the first row defines names and types."""
        if not self.count:
            for name, values in row.items():
                file: IO[bytes] = (self.folder / f"{name}.npy").open("xb")
                file.write(bytes(_HEADER))
                self._files[name] = file, values.dtype, []
        for name, (file, dtype, shapes) in self._files.items():
            file.write(np.ascontiguousarray(row[name], dtype).data)
            shapes.append(row[name].shape)
        self.count += 1

    def finish(self, meta: Mapping[str, Any]) -> None:
        """Write the headers, the JSON and the sums of all files; arrays of mixed shapes stand end to end."""
        mixed = {}
        for name, (file, dtype, shapes) in self._files.items():
            shape: tuple[int, ...] = (self.count, *shapes[0])
            if len(set(shapes)) > 1:
                mixed[name] = shapes
                shape = (sum(map(math.prod, shapes)),)
            with file:
                file.seek(0)
                header = {"descr": dtype.str, "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
                assert file.tell() == _HEADER
        content = {**meta, "shapes": mixed} if mixed else meta
        (self.folder / _META).write_text(json.dumps(content), encoding="utf-8")
        names = [_META, *(f"{name}.npy" for name in self._files)]
        (self.folder / _SUMS).write_text("".join(f"{_sum(self.folder / name)}  {name}\n" for name in names))

    def close(self) -> None:
        """Close what is open."""
        for file, _, _ in self._files.values():
            file.close()


Make = Callable[[ArrayWriter], Mapping[str, Any]]
"""Adds rows to a writer and returns the JSON to store with them."""


def cache_folder() -> Path:
    """Return the folder of prepared images: `$RESTORE_CACHE/data`, else in the user's cache."""
    from platformdirs import user_cache_path

    root = os.environ.get("RESTORE_CACHE")
    return (Path(root) if root else user_cache_path("restore")) / "data"


def cache_size() -> int:
    """Return the bytes that prepared images take on disk."""
    return sum(file.lstat().st_size for file in cache_folder().rglob("*") if not file.is_dir())


def key_of(values: Mapping[str, Any]) -> str:
    """Return the name of the entry for plain JSON `values`, everything that its content depends on."""
    text = json.dumps([FORMAT, values], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def fetch(key: str, make: Make) -> tuple[Cached, bool]:
    """Return the entry for `key`, made and stored where it is missing, and whether it was there.

    A damaged entry is made again. A second process that needs the same entry waits for the first. Where the file system
    does not lock files, the entry is spooled, with a note. Raises `WorkError` where the folder cannot be written.
    """
    folder = cache_folder()
    with _explained(folder), contextlib.ExitStack() as stack:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if note := _lock(folder / f"{key}.lock", stack):
            return replace(spool(make), note=note), False
        place = folder / key
        if found := _load(place):
            return found, True
        temporary = folder / f".{key}.tmp"
        for old in (temporary, place):  # left behind by a killed process, or damaged
            shutil.rmtree(old, ignore_errors=True)
        temporary.mkdir(mode=0o700)
        try:
            _fill(temporary, make)
            temporary.rename(place)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return _opened(place), False


def _lock(file: Path, stack: contextlib.ExitStack) -> str:
    """Hold a lock until the stack is left, or return why that cannot be."""
    try:
        stack.enter_context(locks.hold(file, patience=PATIENCE if locks.are_soft() else -1, mode=0o600))
    except TimeoutError:
        return f"prepared images are not cached: {locks.marker_of(file)} is held; remove it if its process has ended"
    except OSError as error:
        if error.errno != locks.UNSUPPORTED:
            raise
        return (
            f"prepared images are not cached: the file system of {file.parent} does not support file locks; "
            f"set RESTORE_CACHE to a folder on a local disk, or {locks.SETTING}={locks.SOFT}"
        )
    return ""


def spool(make: Make) -> Cached:
    """Return the entry that `make` makes, stored outside the cache in unnamed files that vanish after use."""
    with _explained(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory(prefix="restore-") as name:
        folder = Path(name)
        _fill(folder, make)
        entry = _opened(folder)
        if os.name == "nt":  # where a file in use cannot be unlinked
            return _opened(folder, None)
        return entry


def _fill(folder: Path, make: Make) -> None:
    with contextlib.closing(ArrayWriter(folder)) as writer:
        writer.finish(make(writer))


def _load(place: Path) -> Cached | None:
    """Return the entry at a path, None where it is missing, damaged or owned by another user."""
    try:
        if hasattr(os, "getuid") and place.stat().st_uid != os.getuid():
            return None
        sums = dict(line.split("  ")[::-1] for line in (place / _SUMS).read_text().splitlines())
        if _META not in sums or any(_sum(place / name) != stated for name, stated in sums.items()):
            return None
        return _opened(place)
    except (OSError, ValueError):
        return None


def _opened(place: Path, mode: Literal["r"] | None = "r") -> Cached:
    """Open the entry at a path, its arrays memory-mapped, or read where `mode` is None."""
    meta = json.loads((place / _META).read_text(encoding="utf-8"))
    arrays: dict[str, NDArray[Any] | Ragged] = {
        file.stem: np.load(file, mmap_mode=mode) for file in sorted(place.glob("*.npy"))
    }
    for name, shapes in meta.get("shapes", {}).items():
        arrays[name] = Ragged(arrays[name], [tuple(shape) for shape in shapes])  # type: ignore[arg-type]
    return Cached(meta, arrays)


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Convert system errors while prepared images are written to `WorkError`."""
    try:
        yield
    except OSError as error:
        what = f"cannot write prepared images: {reason_of(error)}"
        full = is_full(error)
        hint = f"{'free some space, ' if full else ''}set RESTORE_CACHE to another folder, or use --no-cache"
        code = "disk-full" if full else "not-writable"
        raise WorkError(what, code=code, where=str(folder), hint=hint) from error

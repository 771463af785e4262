"""Prepared pictures on disk: a private folder for each data set and preparation, whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from restore.errors import WorkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 1
"""The number of the folder's layout; it goes up when that, or how pictures are prepared, changes."""
_META, _SUMS = "meta.json", "SHA256SUMS"
_HEADER = 128
"""Bytes that `numpy.lib.format` takes for the header of our arrays: it leaves room for the first axis to grow."""


@dataclass(frozen=True, slots=True, eq=False)
class Cached:
    """What is held: plain JSON, and arrays by name."""

    meta: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]


class ArrayWriter:
    """Writes arrays row by row into a folder, so that no more than a row is in memory."""

    def __init__(self, folder: Path) -> None:
        """Write to `folder`, which exists and is empty."""
        self.folder, self.count = folder, 0
        self._files: dict[str, tuple[IO[bytes], np.dtype[Any], tuple[int, ...]]] = {}

    def add(self, row: Mapping[str, NDArray[Any]]) -> None:
        """Append one row, any values of any shape, to every array; the first row settles names, shapes and types."""
        if not self.count:
            for name, values in row.items():
                file: IO[bytes] = (self.folder / f"{name}.npy").open("xb")
                file.write(bytes(_HEADER))
                self._files[name] = file, values.dtype, values.shape
        for name, (file, dtype, shape) in self._files.items():
            values = row[name]
            assert values.shape == shape, f"{name}: {values.shape}, not {shape}"
            file.write(np.ascontiguousarray(values, dtype).data)
        self.count += 1

    def finish(self, meta: Mapping[str, Any]) -> None:
        """Write the headers, the JSON and the sums of all files."""
        for file, dtype, shape in self._files.values():
            with file:
                file.seek(0)
                header = {"descr": dtype.str, "fortran_order": False, "shape": (self.count, *shape)}
                np.lib.format.write_array_header_1_0(file, header)
                assert file.tell() == _HEADER
        (self.folder / _META).write_text(json.dumps(meta), encoding="utf-8")
        names = [_META, *(f"{name}.npy" for name in self._files)]
        (self.folder / _SUMS).write_text("".join(f"{_sum(self.folder / name)}  {name}\n" for name in names))

    def close(self) -> None:
        """Close what is open."""
        for file, _, _ in self._files.values():
            file.close()


Make = Callable[[ArrayWriter], Mapping[str, Any]]
"""Adds rows to a writer and returns the JSON to be kept with them."""


def cache_folder() -> Path:
    """Return the folder of prepared pictures: `$RESTORE_CACHE/data`, else in the user's cache."""
    from platformdirs import user_cache_path

    root = os.environ.get("RESTORE_CACHE")
    return (Path(root) if root else user_cache_path("restore")) / "data"


def cache_size() -> int:
    """Return the bytes that prepared pictures take on disk."""
    return sum(file.lstat().st_size for file in cache_folder().rglob("*") if not file.is_dir())


def key_of(values: Mapping[str, Any]) -> str:
    """Return the name under which what follows from plain JSON `values` is held."""
    text = json.dumps([FORMAT, values], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def fetch(key: str, make: Make) -> tuple[Cached, bool]:
    """Return what is held under `key`, made and put there where it is not, and whether it was there.

    What is damaged is made again. A second process that wants the same waits for the first. Raises `WorkError`
    where the folder cannot be written.
    """
    from filelock import FileLock

    folder = cache_folder()
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        with FileLock(folder / f"{key}.lock", mode=0o600):
            place = folder / key
            if found := _load(place):
                return found, True
            temporary = folder / f".{key}.tmp"
            for old in (temporary, place):  # what a killed process left, and what is damaged
                shutil.rmtree(old, ignore_errors=True)
            temporary.mkdir(mode=0o700)
            try:
                _fill(temporary, make)
                temporary.rename(place)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            return _opened(place), False


def spool(make: Make) -> Cached:
    """Return what `make` makes, held outside the cache in files that have no name any more and end with their use."""
    with _told(Path(tempfile.gettempdir())), tempfile.TemporaryDirectory(prefix="restore-") as name:
        folder = Path(name)
        _fill(folder, make)
        entry = _opened(folder)
        if os.name == "nt":  # where a file in use cannot lose its name
            return Cached(entry.meta, {name: np.array(values) for name, values in entry.arrays.items()})
        return entry


def _fill(folder: Path, make: Make) -> None:
    with contextlib.closing(ArrayWriter(folder)) as writer:
        writer.finish(make(writer))


def _load(place: Path) -> Cached | None:
    """Return the entry at a place, None where it is missing, damaged or not ours."""
    try:
        if hasattr(os, "getuid") and place.stat().st_uid != os.getuid():
            return None
        sums = dict(line.split("  ")[::-1] for line in (place / _SUMS).read_text().splitlines())
        if _META not in sums or any(_sum(place / name) != told for name, told in sums.items()):
            return None
        return _opened(place)
    except (OSError, ValueError):
        return None


def _opened(place: Path) -> Cached:
    """Open the entry at a place, its arrays as maps of their files."""
    meta = json.loads((place / _META).read_text(encoding="utf-8"))
    return Cached(meta, {file.stem: np.load(file, mmap_mode="r") for file in sorted(place.glob("*.npy"))})


def _sum(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say where prepared pictures could not be written."""
    try:
        yield
    except OSError as error:
        hint = "make room, set RESTORE_CACHE to another folder, or --no-cache"
        raise WorkError(
            f"prepared pictures cannot be written: {error.strerror}", where=str(folder), hint=hint
        ) from error

"""Arrays of one type and of different shapes, end to end in one file: a set of images of mixed sizes, outside memory."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from restore.errors import WorkError
from restore.system.files import is_full, reason_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Ragged:
    """A read-only sequence of arrays, cut from `values` (all of them, one after the other) in the order of `shapes`."""

    def __init__(self, values: NDArray[Any], shapes: Sequence[tuple[int, ...]]) -> None:
        """Cut `values`, which may be a memory-mapped file, into arrays of `shapes`."""
        self._values, self.shapes, self.dtype = np.asarray(values), list(shapes), values.dtype
        self._ends = np.cumsum([0, *map(math.prod, self.shapes)]).tolist()

    def __len__(self) -> int:
        """Return the number of arrays."""
        return len(self.shapes)

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Yield the arrays."""
        return map(self.__getitem__, range(len(self)))

    @overload
    def __getitem__(self, where: int) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, where: slice) -> NDArray[Any]: ...
    def __getitem__(self, where: int | slice) -> NDArray[Any]:
        """Return one array, or several of one shape stacked."""
        if isinstance(where, slice):
            return np.stack([self[place] for place in range(*where.indices(len(self)))])
        place = range(len(self))[where]
        return self._values[self._ends[place] : self._ends[place + 1]].reshape(self.shapes[place])

    @property
    def stacked(self) -> NDArray[Any] | None:
        """All arrays as one (N, ...), None where their shapes differ."""
        return self._values.reshape(len(self), *self.shapes[0]) if len(set(self.shapes)) == 1 else None


class Spool:
    """Takes arrays one by one, of the type of the first, into an unnamed file that vanishes after use."""

    def __init__(self) -> None:
        """Start without arrays."""
        self._file = tempfile.TemporaryFile(prefix="restore-")  # noqa: SIM115 - it lives as long as what is read of it
        self._shapes: list[tuple[int, ...]] = []
        self._dtype: np.dtype[Any] = np.dtype(np.float32)

    def append(self, array: NDArray[Any]) -> None:
        """Add one array of any shape (…) and any values; raises `WorkError` where there is no room for it."""
        self._dtype = self._dtype if self._shapes else array.dtype
        try:
            self._file.write(np.ascontiguousarray(array, self._dtype).data)
        except OSError as error:
            what = f"cannot write images of the test set: {reason_of(error)}"
            code = "disk-full" if is_full(error) else "not-writable"
            hint = "free some space, or set TMPDIR to another folder"
            raise WorkError(what, code=code, where=tempfile.gettempdir(), hint=hint) from error
        self._shapes.append(array.shape)

    def finish(self) -> Ragged:
        """Return what was added; nothing can be added any more."""
        count = sum(map(math.prod, self._shapes))
        with self._file:  # what is mapped stays
            self._file.flush()
            values = np.memmap(self._file, self._dtype, "r", shape=(count,)) if count else np.empty(0, self._dtype)
        return Ragged(values, self._shapes)

    def close(self) -> None:
        """Give up what was added."""
        self._file.close()


def chunks(images: NDArray[Any] | Ragged, most: int) -> Iterator[slice]:
    """Yield slices over all images, any values (N, H, W, …): of at most `most`, or of one where their sizes may differ."""
    step = most if isinstance(images, np.ndarray) else 1
    return (slice(start, start + step) for start in range(0, len(images), step))


def gather(like: NDArray[Any] | Ragged | None, parts: Iterable[Sequence[Any]]) -> list[Any]:
    """Return the sets of arrays whose parts, any values (N, …), come one after the other: in memory where `like` is, else in files."""
    if isinstance(like, np.ndarray):
        return [np.concatenate(column) if len(column) > 1 else column[0] for column in zip(*parts, strict=True)]
    spools: list[Spool] = []
    try:
        for row in parts:
            spools = spools or [Spool() for _ in row]
            for spool, part in zip(spools, row, strict=True):
                for array in part:
                    spool.append(array)
        return [spool.finish() for spool in spools]
    finally:
        for spool in spools:
            spool.close()

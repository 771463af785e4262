"""IDX files, the format of MNIST: a magic number, big-endian sides, bytes (yann.lecun.com/exdb/mnist)."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from restore.api import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BYTES = 8
"""The type of unsigned bytes, the only one that is read."""
MOST = 2**31
"""Bytes of a file at most."""
MOST_ITEMS = 2**21
"""Images or labels of a file at most: a compressed file of nothing claims as many as it likes."""


def read_idx(path: Path, axes: int) -> NDArray[np.uint8]:
    """Return the array of a file, plain or compressed by gzip, uint8 with `axes` axes.

    Raises `InputError` where the file is of another format, truncated, or holds more than its sides say.
    """
    opener: Callable[[Path, str], IO[bytes]] = gzip.open if path.suffix == ".gz" else open  # type: ignore[assignment]
    try:
        with opener(path, "rb") as file:
            return _read(file, path, axes)
    except (EOFError, OSError, zlib.error) as error:
        what = f"cannot read the file: {error}"
        raise InputError(what, code="unreadable", where=str(path), hint="copy it again") from error


def _read(file: IO[bytes], path: Path, axes: int) -> NDArray[np.uint8]:
    import numpy as np

    head = file.read(4 + 4 * axes)
    if head[:4] != bytes([0, 0, BYTES, axes]):
        what = f"not an IDX file of bytes with {axes} axes"
        raise InputError(what, code="bad-idx", where=str(path), hint="use the files of Fashion-MNIST or MNIST")
    sides = [int.from_bytes(head[4 + 4 * axis : 8 + 4 * axis]) for axis in range(axes)]
    count = math.prod(sides)
    if not 0 < count <= MOST:
        raise InputError(f"claims {count} bytes", code="bad-idx", where=str(path), hint="copy it again")
    if sides[0] > MOST_ITEMS:
        what, hint = f"claims {sides[0]:,} items, more than {MOST_ITEMS:,}", "use a part of it"
        raise InputError(what, code="bad-idx", where=str(path), hint=hint)
    data = file.read(count + 1)
    if len(data) != count:
        found = "more" if len(data) > count else f"{len(data)}"
        raise InputError(f"holds {found} of {count} bytes", code="bad-idx", where=str(path), hint="copy it again")
    return np.frombuffer(data, np.uint8).reshape(sides)

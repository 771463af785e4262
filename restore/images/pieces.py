"""Parts of files."""

from __future__ import annotations

import io
from bisect import bisect_right
from itertools import accumulate
from typing import IO


def read_at(file: IO[bytes], offset: int, length: int, what: str) -> bytes:
    """Return the bytes at an offset; raises OSError, naming `what`, where the file ends before them."""
    if offset + length > file.seek(0, io.SEEK_END):  # before memory is taken for them
        raise OSError(f"{what} is cut off")
    file.seek(offset)
    return file.read(length)


class Pieces(io.RawIOBase):
    """A file that is read as if it consisted of some of its parts, in the order of `parts`: offsets and their ends."""

    def __init__(self, file: IO[bytes], parts: list[tuple[int, int]]) -> None:
        """Keep the open file and the parts."""
        super().__init__()
        self._file = file
        self._starts = [start for start, _ in parts]
        self._ends = list(accumulate(end - start for start, end in parts))
        self._at = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to an offset within the parts, and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._ends[-1]}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        """Return the offset within the parts."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read across parts."""
        data = b""
        wanted = size if size >= 0 else self._ends[-1]
        while len(data) < wanted:
            part = bisect_right(self._ends, self._at)
            if part == len(self._ends):
                break
            left = self._ends[part] - self._at
            before = self._ends[part - 1] if part else 0
            self._file.seek(self._starts[part] + self._at - before)
            got = self._file.read(min(left, wanted - len(data)))
            if not got:
                break
            data += got
            self._at += len(got)
        return data

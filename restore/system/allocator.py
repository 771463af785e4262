"""How the C library keeps memory while a network is trained."""

from __future__ import annotations

import ctypes
import sys

# Numbers of glibc's mallopt(3).
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8
_LARGEST_MMAP_THRESHOLD = 32 << 20  # glibc takes no larger one


def keep_memory() -> None:
    """Let glibc keep freed memory for the next batch, in one arena; does nothing with another C library.

    By default each of a network's buffers goes back to the kernel and is mapped and zeroed anew in the next batch,
    which took nearly half of the time of a training step (benchmarks/README.md). Takes full effect only before
    threads are started.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    for number, value in (
        (_ARENA_MAX, 1),
        (_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD),
        (_TRIM_THRESHOLD, 2**31 - 1),
        (_TOP_PAD, 256 << 20),
    ):
        mallopt(number, value)

"""Tuning of the C library's memory allocator for training."""

from __future__ import annotations

import ctypes
import sys

# Numbers of glibc's mallopt(3).
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -2, -3, -8
_LARGEST_MMAP_THRESHOLD = 32 << 20  # the largest that glibc accepts


def keep_memory() -> None:
    """Make glibc keep freed memory for the next batch, in one arena; no effect with another C library.

    By default every buffer of a network is returned to the kernel, then mapped and zeroed again in the next batch, which
    took nearly half of the time of a training step (benchmarks/README.md). Takes full effect only before threads start.
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

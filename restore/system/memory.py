"""Free memory, and errors that mean it has run out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from restore.errors import RequestError
from restore.text import in_words

RESERVE = 128 * 2**20
"""Bytes that must stay free; with fewer, the system kills processes."""
_EXHAUSTED = ("ResourceExhaustedError", "OutOfMemoryError", "RESOURCE_EXHAUSTED")
"""Names in the out-of-memory errors of TensorFlow, Torch and JAX."""

_GROUPS = {
    "": (
        "/sys/fs/cgroup",
        "memory.max",
        "memory.current",
        ("inactive_file", "active_file", "slab_reclaimable"),
    ),
    "memory": (
        "/sys/fs/cgroup/memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        ("total_inactive_file", "total_active_file"),
    ),
}
"""Files of control groups, version 2 and 1: the limit, the usage, and the parts of it that can be reclaimed."""


def free() -> int | None:
    """Return the bytes that this process may still allocate, swap included; None where unknown."""
    return min(_limits(), default=None)


def is_low(needed: int = 0) -> bool:
    """Return whether the work should end now, while an error can still be reported; `needed` bytes come on top."""
    left = free()
    return left is not None and left < RESERVE + needed


def is_exhausted(error: BaseException) -> bool:
    """Return whether an error, of any library, means that memory has run out."""
    text = f"{type(error).__name__}: {in_words(error, str, most=None)}"
    return isinstance(error, MemoryError) or any(word in text for word in _EXHAUSTED)


def require(needed: float, doing: str, *, lower: str) -> None:
    """Raise `RequestError` where fewer than `needed` bytes are free; `lower` names the options to lower."""
    left = free()
    if left is not None and needed > left:
        what = f"not enough memory for {doing}: {needed / 1e6:,.0f} MB needed, {max(left, 0) / 1e6:,.0f} MB free"
        raise RequestError(what, code="too-little-memory", hint=f"lower {lower}")


def _limits() -> Iterator[int]:
    """Yield the bytes that the machine, each control group (Linux) and the limits of the process leave free."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        counts = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        yield sum(int(counts[name].split()[0]) for name in ("MemAvailable", "SwapFree")) * 1024
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in _GROUPS:
                yield from _left_in_groups(path.lstrip("/"), *_GROUPS[controllers])
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            yield limit - pages * resource.getpagesize()


def _left_in_groups(path: str, root: str, limit: str, taken: str, droppable: Sequence[str]) -> Iterator[int]:
    """Yield the bytes that a control group and each of its parents leave free; cached files can be reclaimed."""
    own = Path(root, path)
    for group in (own, *own.parents):
        if not group.is_relative_to(root):
            return
        with contextlib.suppress(OSError, ValueError):
            most, now = (int((group / name).read_text(encoding="ascii")) for name in (limit, taken))
            counts = dict(line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
            yield most - now + sum(int(counts.get(name, 0)) for name in droppable)

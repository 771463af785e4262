"""How much memory is free for new work, and how it is told that there is not enough."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from restore.errors import RequestError
from restore.text import in_words

RESERVE = 128 * 2**20
"""Bytes that must stay free, since with fewer the system ends processes."""
_EXHAUSTED = ("ResourceExhaustedError", "OutOfMemoryError", "RESOURCE_EXHAUSTED")
"""How TensorFlow's, Torch's and JAX' errors call it."""

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
"""Where control groups of version 2 and 1 keep their limit, what is taken, and the parts of it that can be dropped."""


def free() -> int | None:
    """Return the bytes that this process may still take, the machine's swap included; None where nothing tells."""
    return min(_limits(), default=None)


def is_low(needed: int = 0) -> bool:
    """Return whether the work had better end now: while what stands can be told, with `needed` bytes."""
    left = free()
    return left is not None and left < RESERVE + needed


def is_exhausted(error: BaseException) -> bool:
    """Return whether an error says, in whatever words, that memory is used up."""
    text = f"{type(error).__name__}: {in_words(error, str, most=None)}"
    return isinstance(error, MemoryError) or any(word in text for word in _EXHAUSTED)


def require(needed: float, doing: str, *, lower: str) -> None:
    """Raise `RequestError` where fewer than `needed` bytes are free; `lower` says which options to lower."""
    left = free()
    if left is not None and needed > left:
        what = f"{doing} needs at least {needed / 1e6:,.0f} MB of memory, {max(left, 0) / 1e6:,.0f} MB are free"
        raise RequestError(what, hint=f"lower {lower}")


def _limits() -> Iterator[int]:
    """Yield what the machine, the control groups (Linux) and the limits of the process leave free, each."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        yield sum(int(told[name].split()[0]) for name in ("MemAvailable", "SwapFree")) * 1024
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
    """Yield what a control group and those above it leave free; files that were read can be dropped."""
    own = Path(root, path)
    for group in (own, *own.parents):
        if not group.is_relative_to(root):
            return
        with contextlib.suppress(OSError, ValueError):
            most, now = (int((group / name).read_text(encoding="ascii")) for name in (limit, taken))
            counts = dict(line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
            yield most - now + sum(int(counts.get(name, 0)) for name in droppable)

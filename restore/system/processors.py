"""Processors that this process may use, and the number of threads that a backend works with."""

from __future__ import annotations

import contextlib
import importlib
import math
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from restore.errors import RequestError


def usable(root: Path = Path("/")) -> int:
    """Return how many processors this process may use: affinity and control groups (Linux, below `root`) are heeded."""
    return max(1, min([_allowed(), *map(math.ceil, _quotas(root))]))


def name_of(root: Path = Path("/")) -> str:
    """Return what the processor calls itself, on which the last bits of sums depend; else the kind of machine."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in (root / "proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return value.strip()
    return platform.processor() or platform.machine()


def fix_threads(count: int, backend: str) -> None:
    """Let a backend work with `count` threads, whatever the machine has; loads the backend.

    Sums of floating-point numbers depend on how they are shared out, so that the same plan needs the same number.
    JAX has no such setting after its start and keeps its own. Raises `RequestError` where TensorFlow has already started
    with another number.
    """
    if backend == "torch":
        importlib.import_module("torch").set_num_threads(count)
    elif backend == "tensorflow":
        _fix_tensorflow(importlib.import_module("tensorflow").config.threading, count)


def _fix_tensorflow(threading: Any, count: int) -> None:
    try:
        threading.set_intra_op_parallelism_threads(count)
        threading.set_inter_op_parallelism_threads(count)
    except RuntimeError:
        # 0 stands for as many as the affinity allows: TensorFlow does not heed control groups.
        started = threading.get_intra_op_parallelism_threads() or _allowed()
        if started != count:
            hint = f"start Python anew, or plan with --threads {started}"
            what = f"TensorFlow has started with {started} threads, and the plan says {count}"
            raise RequestError(what, code="threads-fixed", hint=hint) from None


def _allowed() -> int:
    """Return how many processors the affinity of this process allows, where the system has such a thing."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _quotas(root: Path) -> Iterator[float]:
    """Yield the processors that the control groups of this process, and those above them, allow."""
    with contextlib.suppress(OSError, ValueError):
        for line in (root / "proc/self/cgroup").read_text(encoding="ascii").splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers == "":
                yield from _quotas_of(root / "sys/fs/cgroup", path, _read_v2)
            elif "cpu" in controllers.split(","):
                yield from _quotas_of(root / "sys/fs/cgroup/cpu", path, _read_v1)


def _quotas_of(root: Path, path: str, read: Any) -> Iterator[float]:
    own = root / path.lstrip("/")
    for group in (own, *own.parents):
        if not group.is_relative_to(root):
            return
        with contextlib.suppress(OSError, ValueError):
            quota, period = read(group)
            if quota > 0:
                yield quota / period


def _read_v2(group: Path) -> tuple[float, float]:
    """Return quota and period of a group of version 2; `max` is no number and ends in ValueError."""
    quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
    return float(quota), float(period)


def _read_v1(group: Path) -> tuple[float, float]:
    """Return quota and period of a group of version 1, where -1 stands for no quota."""
    quota, period = (
        float((group / name).read_text(encoding="ascii")) for name in ("cpu.cfs_quota_us", "cpu.cfs_period_us")
    )
    return quota, period

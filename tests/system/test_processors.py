"""Processors that a process may use, and threads that are what a plan says."""

import os
import platform
import subprocess
import sys

import pytest

from restore.errors import RequestError
from restore.system import processors

ALLOWED = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity")
def test_the_affinity_is_heeded():
    code = (
        "import os; from restore.system.processors import usable;"
        "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); print(usable(), len(os.sched_getaffinity(0)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


V2, V1 = "sys/fs/cgroup", "sys/fs/cgroup/cpu"
GROUPS = {
    "nothing": ({}, 8),
    "no quota": ({"proc/self/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "max 100000\n"}, 8),
    "a quota": ({"proc/self/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "200000 100000\n"}, 2),
    "a part": ({"proc/self/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "150000 100000\n"}, 2),
    "less than one": ({"proc/self/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "5000 100000\n"}, 1),
    "more than there are": ({"proc/self/cgroup": "0::/a\n", f"{V2}/a/cpu.max": "6400000 100000\n"}, 8),
    "a quota above": (
        {"proc/self/cgroup": "0::/a/b\n", f"{V2}/a/cpu.max": "300000 100000\n", f"{V2}/a/b/cpu.max": "max 100000\n"},
        3,
    ),
    "the least of all": (
        {"proc/self/cgroup": "0::/a/b\n", f"{V2}/a/cpu.max": "300000 100000\n", f"{V2}/a/b/cpu.max": "200000 100000\n"},
        2,
    ),
    "of a container": ({"proc/self/cgroup": "0::/docker/0123\n", f"{V2}/cpu.max": "100000 100000\n"}, 1),
    "version 1": (
        {
            "proc/self/cgroup": "3:memory:/a\n2:cpu,cpuacct:/a\n",
            f"{V1}/a/cpu.cfs_quota_us": "400000\n",
            f"{V1}/a/cpu.cfs_period_us": "100000\n",
        },
        4,
    ),
    "version 1 without": (
        {
            "proc/self/cgroup": "2:cpu:/a\n",
            f"{V1}/a/cpu.cfs_quota_us": "-1\n",
            f"{V1}/a/cpu.cfs_period_us": "100000\n",
        },
        8,
    ),
    "not readable": ({"proc/self/cgroup": "no group\n"}, 8),
}


@pytest.mark.parametrize("case", GROUPS)
def test_control_groups_are_heeded(tmp_path, monkeypatch, case):
    files, usable = GROUPS[case]
    write(tmp_path, files)
    monkeypatch.setattr(processors, "_allowed", lambda: 8)
    assert processors.usable(tmp_path) == usable


class Threading:
    """TensorFlow's threads: `started` with a number, 0 for its own choice, or not at all."""

    def __init__(self, started=None):
        self.started, self.set = started, {}

    def _set(self, name, count):
        if self.started is not None and count != self.started:
            raise RuntimeError
        self.set[name] = count

    def set_intra_op_parallelism_threads(self, count):
        self._set("intra", count)

    def set_inter_op_parallelism_threads(self, count):
        self._set("inter", count)

    def get_intra_op_parallelism_threads(self):
        return self.started


def test_threads_are_fixed_before_tensorflow_starts():
    threading = Threading()
    processors._fix_tensorflow(threading, 3)
    assert threading.set == {"intra": 3, "inter": 3}


@pytest.mark.parametrize(
    ("started", "count", "fits"),
    [(3, 3, True), (3, 2, False), (0, ALLOWED, True), (0, ALLOWED + 1, False)],
)
def test_a_backend_that_has_started_with_another_number_is_named_with_both(started, count, fits):
    if fits:
        processors._fix_tensorflow(Threading(started), count)
        return
    with pytest.raises(RequestError) as refused:
        processors._fix_tensorflow(Threading(started), count)
    assert refused.value.code == "threads-fixed"
    assert {str(started or ALLOWED), str(count)} <= set(refused.value.what.split())
    assert f"--threads {started or ALLOWED}" in refused.value.hint


@pytest.mark.parametrize("text", ["processor\t: 0\nmodel name\t: AMD EPYC 9B14\n", "processor\t: 0\n", None])
def test_a_processor_has_a_name(tmp_path, text):
    if text is not None:
        (tmp_path / "proc").mkdir()
        (tmp_path / "proc/cpuinfo").write_text(text)
    assert processors.name_of(tmp_path) == ("AMD EPYC 9B14" if text and "model" in text else machine_name())


def machine_name():
    return platform.processor() or platform.machine()

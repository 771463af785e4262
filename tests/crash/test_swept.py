"""`restore sweep --scheduler` on a cluster of two workers: one is killed amid a point, which the other goes on with."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="needs the extra dask")
pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
HERE = Path(__file__).parent
SWEEP = ["sweep", "small", "--set", "lr=0.5,0.1,0.05", "--set", "batch=4,6", "--json"]


@pytest.fixture
def start(tmp_path):
    """Start processes in one folder, all ended at the end."""
    processes = []

    def begin(*command, **more):
        environment = {**os.environ, "RESTORE_CACHE": str(tmp_path / "cache"), "PYTHONWARNINGS": "ignore"} | more
        processes.append(
            subprocess.Popen(
                [sys.executable, *map(str, command)],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )
        )
        return processes[-1]

    yield begin
    for process in processes[::-1]:
        process.kill()
        process.communicate()


def test_a_killed_worker_loses_no_epoch_and_each_point_is_done_once(start, tmp_path):
    place = tmp_path / "scheduler.json"
    options = ["--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", place]
    scheduler = start("-m", "distributed.cli.dask_scheduler", *options)
    while not place.exists():
        assert scheduler.poll() is None
        time.sleep(0.05)
    address = json.loads(place.read_text())["address"]
    killed = start(HERE / "sweeping.py", address, RESTORE_DIES="4")
    other = start(HERE / "sweeping.py", address)
    command = start(HERE / "applying.py", *SWEEP, "--scheduler", address)
    out, err = command.communicate(timeout=300)
    assert command.returncode == 0, err
    assert json.loads(out)["counts"] == {"complete": 6}
    assert killed.wait(20) == -signal.SIGKILL
    assert other.poll() is None
    epochs, workers = defaultdict(list), defaultdict(set)
    for line in (tmp_path / "epochs.log").read_text().splitlines():
        pid, name, epoch = line.split()
        epochs[name].append(int(epoch))
        workers[name].add(int(pid))
    assert len(epochs) == 6
    assert {tuple(one) for one in epochs.values()} == {(1, 2, 3)}
    assert [len(one) for one in workers.values()].count(2) == 1


def test_points_are_shared_among_processes(start, tmp_path):
    out, err = start(HERE / "applying.py", *SWEEP, "--workers", 2).communicate(timeout=300)
    assert json.loads(out)["counts"] == {"complete": 6}, err
    before = {path: path.read_bytes() for path in (tmp_path / "runs").glob("*.h5")}
    assert len(before) == 6
    out, _ = start(HERE / "applying.py", *SWEEP, "--workers", 2).communicate(timeout=300)
    assert {path: path.read_bytes() for path in (tmp_path / "runs").glob("*.h5")} == before

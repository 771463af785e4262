"""`restore apply --scheduler` on a cluster of two workers: one is killed, the command is stopped, and nothing is lost."""

import json
import os
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from crash import lab
from crash.lab import finish
from PIL import Image

from restore.tasks.ledger import NAME

distributed = pytest.importorskip("distributed", reason="needs the extra dask")
pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
HERE = Path(__file__).parent
IMAGES = 40
start = partial(lab.start, PYTHONWARNINGS="ignore")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Return a folder with a run, images, and their results by one process."""
    folder = tmp_path_factory.mktemp("cluster")
    run = finish(start(folder, HERE / "applying.py", "run", "small", "--name", "tiny", "--corrupt", "box:size=5"))
    assert run[0] == 0, run
    (folder / "in").mkdir()
    rng = np.random.default_rng(0)
    for number in range(IMAGES):
        image = rng.integers(1, 256, (40, 50), np.uint8)
        image[5:20, 6:30] = 0
        Image.fromarray(image).save(folder / "in" / f"{number:02}.{('png', 'jpg')[number % 2]}")
    alone = finish(start(folder, HERE / "applying.py", "apply", "tiny", "in", "-o", "alone"))
    assert alone[0] == 0, alone
    return folder


@pytest.fixture
def cluster(work):
    """Return a function that starts workers, one for each number of images that kills it, and returns the address."""
    place = work / "scheduler.json"
    place.unlink(missing_ok=True)
    (work / "restored.log").unlink(missing_ok=True)
    options = ["--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", place]
    processes = [start(work, "-m", "distributed.cli.dask_scheduler", *options)]
    while not place.exists():
        assert processes[0].poll() is None
        time.sleep(0.05)
    address = json.loads(place.read_text())["address"]

    def make(*kills):
        processes.extend(start(work, HERE / "working.py", address, RESTORE_DIES=str(one)) for one in kills)
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(len(kills), timeout=120) if kills else None
        return address, *processes

    yield make
    for process in processes[::-1]:
        process.kill()
        process.communicate()


def apply(work, address, out):
    return start(work, HERE / "applying.py", "apply", "tiny", "in", "-o", out, "--scheduler", address)


def logged(work):
    lines = (work / "restored.log").read_text().splitlines() if (work / "restored.log").exists() else []
    return [line.split() for line in lines]


def judge(work, out):
    """Assert that results are those of one process, and that the ledger has each of them once."""
    results = {path.name: path.read_bytes() for path in (work / out).iterdir() if path.name != NAME}
    assert results == {path.name: path.read_bytes() for path in (work / "alone").iterdir() if path.name != NAME}
    rows = list(map(json.loads, (work / out / NAME).read_bytes().splitlines()[1:]))
    done = Counter(row["output"] for row in rows if row["status"] == "restored")
    assert done == dict.fromkeys(results, 1)
    assert {row["status"] for row in rows} == {"started", "restored"}


def test_a_worker_is_killed_and_its_images_are_done_by_the_other(work, cluster):
    address, _, killed, other = cluster(4, 0)
    code, shown, err = finish(apply(work, address, "killed"))
    assert code == 0, err
    assert f"{IMAGES} images" in shown
    assert killed.wait(20) == -signal.SIGKILL
    assert other.poll() is None
    judge(work, "killed")
    log = logged(work)
    mine = [name for pid, name in log if int(pid) == killed.pid]
    assert len(mine) == 4
    # What it wrote last, and had told nobody, was done again.
    assert mine[-1] in [name for pid, name in log if int(pid) == other.pid]


@pytest.mark.slow
def test_ctrl_c_leaves_whole_results_and_the_workers(work, cluster):
    address, _, *workers = cluster(0, 0)
    process = apply(work, address, "stopped")
    while len(logged(work)) < 5:
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    code, shown, err = finish(process)
    assert (code, shown) == (130, ""), err
    assert "repeat the command" in err
    assert len(err.splitlines()) <= 3
    assert all(worker.poll() is None for worker in workers)
    before = len(logged(work))
    code, _, err = finish(apply(work, address, "stopped"))
    assert code == 0, err
    judge(work, "stopped")
    assert len(logged(work)) - before < IMAGES


@pytest.mark.slow
def test_a_scheduler_that_is_lost_ends_the_work(work, cluster):
    address, scheduler, *_ = cluster(0, 0)
    process = apply(work, address, "lost")
    while len(logged(work)) < 5:
        assert process.poll() is None
        time.sleep(0.01)
    scheduler.kill()
    code, shown, err = finish(process)
    assert (code, shown) == (1, ""), err
    assert "the scheduler is lost" in err
    assert "repeat the command" in err


@pytest.mark.slow
def test_a_scheduler_without_workers_is_refused(work, cluster):
    address, _ = cluster()
    code, shown, err = finish(apply(work, address, "none"))
    assert (code, shown) == (2, "")
    assert "no workers" in err
    assert not (work / "none").exists()

"""Killed at any moment, `restore apply` leaves whole results; started again, it does what is missing."""

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from crash.lab import finish, start
from PIL import Image

from restore.images import read
from restore.tasks.ledger import NAME

SCRIPT = Path(__file__).with_name("applying.py")
IMAGES = 24
KILLS = int(os.environ.get("RESTORE_KILLS", "60"))


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Return a folder with a run and images, some of them without damage."""
    folder = tmp_path_factory.mktemp("applied")
    code, _, err = finish(start(folder, SCRIPT, "run", "small", "--name", "tiny", "--corrupt", "box:size=5"))
    assert code == 0, err
    (folder / "in").mkdir()
    rng = np.random.default_rng(0)
    for number in range(IMAGES):
        image = rng.integers(1, 256, (300, 300), np.uint8)
        if number % 4:
            image[50:90, 60:99] = 0
        Image.fromarray(image).save(folder / "in" / f"{number:02}.{('png', 'jpg', 'bmp')[number % 3]}")
    code, _, err = finish(start(folder, SCRIPT, "apply", "tiny", "in", "-o", "alone"))
    assert code == 0, err
    return folder


def results(folder):
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*") if path.name != NAME}


def judge(folder, out, *, complete):
    """Assert that a folder holds whole results alone, and that the ledger says of each what is true.

    What has a row was not done again, and what was done again has become the same bytes.
    """
    lines = (folder / out / NAME).read_bytes().split(b"\n")[:-1] if (folder / out / NAME).exists() else []
    rows = {row["output"]: row for row in map(json.loads, lines[1:])}
    names = {path.name for path in (folder / out).glob("[!.]*")} - {NAME} if lines else set()
    for name in names:
        assert read(folder / out / name).pixels.shape == (300, 300, 1)
        assert rows[name]["status"] in ("started", "restored", "untouched")
    done = Counter(json.loads(line)["output"] for line in lines[1:] if b'"started"' not in line)
    assert set(done.values()) <= {1}
    for name, row in rows.items():
        if row["status"] != "started":
            assert (folder / out / name).stat().st_size == row["output_size"]
    if complete:
        assert len(names) == IMAGES
        assert sorted(one.name for one in (folder / out).iterdir()) == sorted([*names, NAME])
        assert {row["status"] for row in rows.values()} == {"restored", "untouched"}
        assert results(folder / out) == results(folder / "alone")


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("kills", [2, pytest.param(KILLS, marks=pytest.mark.slow)], ids=["some", "many"])
def test_killed_at_any_moment(work, kills, jobs, seed, figure):
    rng = random.Random(seed)
    done, cycle = 0, 0
    while done < kills:
        out = f"out-{jobs}-{kills}-{cycle}"
        cycle += 1
        while True:
            process = start(work, SCRIPT, "apply", "tiny", "in", "-o", out, "--jobs", jobs)
            deadline = time.monotonic() + 60
            while done < kills and process.poll() is None and time.monotonic() < deadline:
                if (work / out / NAME).exists():
                    time.sleep(rng.uniform(0, 0.5))
                    # The parent alone: what it has started ends with it.
                    (os.kill if done % 2 else os.killpg)(process.pid, signal.SIGKILL)
                    break
                time.sleep(0.01)
            code, _, err = finish(process)
            judge(work, out, complete=code == 0)
            if code == 0:
                break
            assert code == -signal.SIGKILL, err
            done += 1
            time.sleep(0.3)
    figure(
        f"restore apply --jobs {jobs}: {done} kills (seed {seed}) in {cycle} folders: 0 halves, all finished afterwards"
    )


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_soon_and_says_how_to_go_on(work, jobs):
    out = f"stopped-{jobs}"
    process = start(work, SCRIPT, "apply", "tiny", "in", "-o", out, "--jobs", jobs)
    while not list((work / out).glob("*.png")):
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    code, shown, err = finish(process)
    if code != 0:  # it may have been quicker
        assert (code, shown) == (130, "")
        assert "repeat the command" in err
        assert len(err.splitlines()) <= 3
    judge(work, out, complete=False)
    code, shown, err = finish(start(work, SCRIPT, "apply", "tiny", "in", "-o", out, "--jobs", jobs))
    assert (code, err) == (0, "")
    judge(work, out, complete=True)
    assert f"{IMAGES} images" in shown
    assert max(map(len, shown.splitlines())) <= 80

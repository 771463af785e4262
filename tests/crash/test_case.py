"""Killed at any moment, a step of a case is done or not done; the case verifies and goes on."""

import json
import os
import random
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from crash.lab import finish, start
from PIL import Image

SCRIPT = Path(__file__).with_name("applying.py")
KILLS = int(os.environ.get("RESTORE_KILLS", "60"))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_killed_at_any_moment(tmp_path, seed, figure):
    def restore(*command):
        return finish(start(tmp_path, SCRIPT, *command))

    assert restore("run", "small", "--name", "tiny", "--corrupt", "box:size=5")[0] == 0
    (tmp_path / "in").mkdir()
    for number in range(6):
        image = np.random.default_rng(number).integers(1, 256, (300, 300), np.uint8)
        image[50:90, 60:99] = 0
        Image.fromarray(image).save(tmp_path / "in" / f"{number}.png")
    assert restore("case", "new", "case", "in")[0] == 0
    rng, log, logged = random.Random(seed), tmp_path / "case/log.jsonl", 0
    staged = tmp_path / "case/.unfinished"
    for number in range(KILLS):
        size = log.stat().st_size
        process = start(tmp_path, SCRIPT, "case", "restore", "case", "tiny")
        while process.poll() is None and not staged.exists():
            time.sleep(0.005)
        if number % 2:  # as soon as the step is logged, while its files are moved
            while process.poll() is None and log.stat().st_size == size:
                pass
        else:
            time.sleep(rng.uniform(0, 1))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        code, out, _ = restore("case", "verify", "case", "--no-replay", "--json")
        assert code == 0, out
        entries = json.loads(out)["entries"] - 1
        assert entries - logged in (0, 1)
        logged = entries
    assert restore("case", "restore", "case", "tiny")[0] == 0
    assert not staged.exists()
    code, out, _ = restore("case", "verify", "case", "--json")
    assert (code, json.loads(out)["replayed"]) == (0, logged + 1)
    figure(f"restore case restore: {KILLS} kills (seed {seed}), {logged} of them after the log: every case verified")

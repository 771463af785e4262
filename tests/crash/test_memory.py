"""A run under a memory limit: refused beforehand, or ended with the last epoch and how to go on."""

import pytest
from crash.lab import MODELS, WORK

from restore.runfile.read import read
from restore.runfile.verify import verify

MEGABYTE = 10**6


@pytest.mark.trains
def test_memory_that_runs_out_is_told_with_the_last_epoch_and_how_to_go_on(server):
    worker = server.start(*WORK, "--model", MODELS[0], "--name", "tight", room=100 * MEGABYTE)
    assert worker.wait() == 1, worker.output
    path = server.runs / "tight.h5"
    what, where, hint = worker.output.splitlines()[-3:]
    assert what.startswith("error: ")
    assert where.startswith(f"  {path}: epoch 1 ")
    assert hint.endswith(f"restore run --resume {path}")
    assert not verify(path)
    record = read(path)
    assert (record.status, len(record.history)) == ("failed", 1)
    worker = server.start("run", "--resume", "tight")
    assert worker.wait() == 0, worker.output

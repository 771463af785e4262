"""Two processes never write one run: of two that are started together one wins, the other says one sentence."""

import os
import re
import signal
import time

import pytest
from crash.lab import WORK

from restore.runfile.read import read

PAIRS = int(os.environ.get("RESTORE_PAIRS", "100"))
REFUSAL = re.compile(r"error: (the run is in use by (process \d+ on \S+|another process)|the run '.+' exists)\n")


@pytest.mark.trains
@pytest.mark.parametrize("pairs", [2, pytest.param(PAIRS, marks=pytest.mark.slow)], ids=["some", "many"])
def test_started_together(server, pairs, figure):
    carried_on = 0
    for number in range(pairs):
        name = f"pair-{pairs}-{number // 2}"
        path = server.runs / f"{name}.h5"
        again = path.exists()
        arguments = ["run", "--resume", name] if again else [*WORK, "--model", "cae", "--name", name]
        workers = [server.start(*arguments) for _ in range(2)]
        while not any(worker.ended() for worker in workers):
            time.sleep(0.01)
        loser, winner = sorted(workers, key=lambda worker: not worker.ended())
        assert loser.wait() == 2, loser.output
        assert REFUSAL.search(loser.output), loser.output
        winner.signal(signal.SIGTERM)
        assert winner.wait() == 128 + signal.SIGTERM, winner.output
        assert read(path).status == "stopped"
        carried_on += again
    figure(f"{pairs} pairs, {carried_on} of them carried a run on: 1 wins, 1 says why not")

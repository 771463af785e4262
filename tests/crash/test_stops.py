"""Asked to stop at any moment, a run ends soon with its last epoch in the file; asked twice, at once, the file whole."""

import os
import random
import re
import signal
import time

import pytest
from crash.lab import MODELS, WORK, assert_same, assert_whole

STOPS = int(os.environ.get("RESTORE_STOPS", "100"))
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@pytest.mark.trains
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("stops", [5, pytest.param(STOPS, marks=pytest.mark.slow)], ids=["some", "many"])
def test_stopped_at_any_moment(server, whole, stops, twice, seed, figure):
    rng = random.Random(seed)
    stopped, runs, waits = 0, 0, []
    began = time.monotonic()
    assert server.start(*WORK, "--model", MODELS[0], "--name", f"{stops}-{twice}-timed").wait() == 0
    reach = 1.2 * (time.monotonic() - began)
    while stopped < stops:
        model, name = MODELS[runs % len(MODELS)], f"{stops}-{twice}-{runs}"
        path, wanted = server.runs / f"{name}.h5", whole(model)
        arguments = [*WORK, "--model", model, "--name", name]
        epochs = 0  # that a user was told of
        while True:
            worker = server.start(*arguments)
            code = worker.wait() if stopped >= stops else None
            if code is None:
                time.sleep(rng.uniform(0, reach))
                number, began = rng.choice(SIGNALS), time.monotonic()
                worker.signal(number)
                if twice:
                    time.sleep(rng.uniform(0, 0.3))
                    worker.signal(number)
                code = worker.wait()
                waits.append(time.monotonic() - began)
            if code == 0:
                break
            output = worker.output
            assert code == 128 + number, output
            assert "Traceback" not in output
            stopped += 1
            # Ended at once, a run may leave a half-written file beside it, as a killed one does; the next start removes it.
            assert twice or not list(server.runs.glob(f".{name}.*"))
            if not path.exists():
                assert not worker.marks
                continue
            epochs = max([epochs, *map(int, re.findall(r"^epoch (\d+)/", output, re.MULTILINE))])
            record = assert_whole(path, wanted, epochs)
            if record.status == "complete":
                break
            arguments = ["run", "--resume", name]
        assert_same(path, wanted)
        runs += 1
    figure(f"{stopped} stops (seed {seed}) in {runs} runs: 0 epochs lost, the longest took {max(waits):.1f} s to end")

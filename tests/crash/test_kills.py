"""Killed at any moment, a run file is readable and has lost no committed epoch; carried on, it ends the same."""

import os
import random
import signal
import time

import pytest
from crash.lab import EPOCHS, MODELS, WORK, assert_same, assert_whole

KILLS = int(os.environ.get("RESTORE_KILLS", "300"))
REACH = 2.5  # seconds after the first commit: tracing the graph takes one or two, an epoch .2
COMMIT = 0.01  # seconds, more than most machines take for one; less after each kill that came too late for it


@pytest.mark.trains
@pytest.mark.parametrize("kills", [10, pytest.param(KILLS, marks=pytest.mark.slow)], ids=["some", "many"])
def test_killed_at_any_moment(server, whole, kills, seed, figure):
    rng = random.Random(seed)
    killed, inside, runs, commit = 0, 0, 0, COMMIT

    def enough():
        return killed >= kills and inside * 3 >= killed

    while not enough():
        model, name = MODELS[runs % len(MODELS)], f"{'many' if kills > 10 else 'some'}-{runs}"
        path, wanted = server.runs / f"{name}.h5", whole(model)
        arguments, epochs = [*WORK, "--model", model, "--name", name], 0
        while True:
            worker = server.start(*arguments)
            assert worker.listen(lambda marks: b"}" in marks), worker.output
            aimed = 2 * inside <= killed
            if not enough():
                _kill_somewhere(worker, rng, commit if aimed else None)
            code = worker.wait()
            committed = worker.marks.count(b"}") - 1
            if code == 0:
                break
            assert code == -signal.SIGKILL, worker.output
            killed, inside = killed + 1, inside + worker.inside_commit
            assert killed < 3 * kills, f"only {inside} of {killed} kills came inside a commit"
            if aimed and not worker.inside_commit:
                commit *= 0.8
            record = assert_whole(path, wanted, min(epochs + committed, EPOCHS))
            if record.status == "complete":  # killed after the last commit
                break
            arguments, epochs = ["run", "--resume", name], len(record.history)
        assert_same(path, wanted)
        runs += 1
    figure(f"{killed} kills (seed {seed}), {inside} inside a commit, in {runs} runs: 0 unreadable, 0 epochs lost")


def _kill_somewhere(worker, rng, commit):
    """Kill a worker at a random time from now, or within `commit` seconds after one of its next commits has begun."""
    if commit is not None:
        begun = worker.marks.count(b"{") + rng.randint(1, 3)
        worker.listen(lambda marks: marks.count(b"{") >= begun)
        time.sleep(rng.uniform(0, commit))
    else:
        time.sleep(rng.uniform(0, REACH))
    worker.signal(signal.SIGKILL)

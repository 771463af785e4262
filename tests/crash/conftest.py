"""What the crash tests share: a server of `restore` processes, and uninterrupted runs to compare with."""

import os
from pathlib import Path

import pytest
from crash.lab import WORK, Server

from restore.runfile.read import read


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    if not hasattr(os, "fork") or not Path("/proc/self/stat").exists():
        pytest.skip("needs fork and /proc")
    made = Server(tmp_path_factory.mktemp("crash"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def whole(server):
    """Return the uninterrupted run of a model, made once."""
    made = {}

    def make(model):
        if model not in made:
            name = f"whole-{len(made)}"
            worker = server.start(*WORK, "--model", model, "--name", name)
            assert worker.wait() == 0, worker.output
            made[model] = read(server.runs / f"{name}.h5")
        return made[model]

    return make

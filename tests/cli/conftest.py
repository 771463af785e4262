"""What the tests of the command line share: `restore` called in this process, and a folder of runs."""

import json
import runpy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from restore.cli import main
from restore.images import write
from restore.runfile.store import Store

SAMPLE = runpy.run_path(str(Path(__file__).parents[1] / "show" / "sample.py"))


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        """Return the error's lines, which are at most three and all that stderr holds."""
        lines = self.err.splitlines()
        assert 1 <= len(lines) <= 3
        assert lines[0].startswith("error: ")
        return lines


@pytest.fixture
def restore(capsys, monkeypatch, tmp_path):
    """Call `restore` in a folder of its own; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESTORE_RUNS", raising=False)
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(one) for one in arguments])
        return Answer(end.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def record():
    return SAMPLE["record"]()


@pytest.fixture
def make_run(tmp_path, record):
    """Write a run file into the folder `runs`."""

    def make(name="prints-box", **changes):
        with Store(tmp_path / "runs").create(name) as writer:
            writer.commit(replace(record, **({"name": name} | changes)))
        return writer.path

    return make


@pytest.fixture
def pictures(tmp_path):
    """Write a small tree of pictures: grey, colour, 16 bit, in two folders."""
    folder = tmp_path / "in"
    rng = np.random.default_rng(0)
    (folder / "deep").mkdir(parents=True)
    write(folder / "grey.png", rng.random((40, 48, 1), np.float32))
    write(folder / "colour.bmp", rng.random((40, 48, 3), np.float32))
    write(folder / "deep" / "fine.tif", rng.random((40, 48, 1), np.float32), depth=16)
    return folder

"""What several tests share: `restore` called in this process, a folder of runs, and a zoo of plugins."""

import json
import runpy
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from restore.cli import main
from restore.plugins import discovery as plugins
from restore.runfile.store import RunsFolder

ZOO = Path(__file__).parent / "plugin_zoo"
SAMPLE = runpy.run_path(str(Path(__file__).parent / "show" / "sample.py"))


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
        with RunsFolder(tmp_path / "runs").create(name) as writer:
            writer.commit(replace(record, **({"name": name} | changes)))
        return writer.path

    return make


@pytest.fixture
def zoo(monkeypatch):
    """Install packages of the plugin zoo, and return every plugin that is found then."""

    def install(*cases):
        for case in cases:
            assert (ZOO / case).is_dir()
            monkeypatch.syspath_prepend(ZOO / case)
        plugins.discover.cache_clear()
        return plugins.discover()

    yield install
    plugins.discover.cache_clear()
    for name in [name for name in sys.modules if name.startswith("zoo_")]:
        del sys.modules[name]


@pytest.fixture
def figure(record_property):
    """Take a line with a figure that the test has seen; it is shown under the tests' results."""
    return lambda line: record_property("figure", line)


def pytest_terminal_summary(terminalreporter):
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.getreports(kind)]
    lines = [text for one in reports for name, text in one.user_properties if name == "figure"]
    if lines:
        terminalreporter.section("figures")
    for line in lines:
        terminalreporter.write_line(line)

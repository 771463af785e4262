"""What several tests share: `restore` called in this process, a folder of runs, and a zoo of plugins."""

import json
import os
import random
import runpy
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import hypothesis
import pytest
from plugin_zoo.packages import write_package

from restore.cli import main
from restore.errors import RestoreError
from restore.plugins import discovery as plugins
from restore.runfile.store import RunsFolder

SAMPLE = runpy.run_path(str(Path(__file__).parent / "show" / "sample.py"))
SEED = 20260101
# A busy machine is no fault, and examples are the same at each run; fresh ones are drawn where more are asked for.
hypothesis.settings.register_profile("restore", deadline=None, derandomize="RESTORE_EXAMPLES" not in os.environ)
hypothesis.settings.load_profile("restore")


@dataclass(frozen=True)
class Answer:
    """What a command came to: exit code, both streams, and the error that ended it, None where none did."""

    code: int
    out: str
    err: str
    failure: RestoreError | None = None

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
    from restore.cli import app

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RESTORE_RUNS", raising=False)
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))

    failures = []

    def print_failure(failure, cause=None):
        failures.append(failure)
        return printed(failure, cause)

    printed = app.print_failure
    monkeypatch.setattr(app, "print_failure", print_failure)

    def call(*arguments):
        capsys.readouterr()
        failures.clear()
        with pytest.raises(SystemExit) as end:
            main([str(one) for one in arguments])
        return Answer(end.value.code, *capsys.readouterr(), *failures)

    return call


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """Put a plugin and a model stage of NumPy alone into the place of Keras; returns their module."""
    import stand_in

    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    stand_in.install(monkeypatch)
    return stand_in


@pytest.fixture(autouse=True)
def unexported(request, monkeypatch):
    """Export the networks of trained runs in the tests of that alone: it takes ten seconds a run."""
    if "trains" in request.keywords and "export" not in request.node.path.stem:
        monkeypatch.setattr("restore.pipeline.model.can_export", lambda: False)


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


@pytest.fixture(scope="session")
def zoo_folder(tmp_path_factory):
    """Return the folder in which the packages of the zoo are written, each when it is first asked for."""
    return tmp_path_factory.mktemp("zoo")


@pytest.fixture
def zoo(monkeypatch, zoo_folder):
    """Install packages of the plugin zoo, and return every plugin that is found then."""

    def install(*cases):
        for case in cases:
            monkeypatch.syspath_prepend(write_package(case, zoo_folder))
        plugins.discover.cache_clear()
        return plugins.discover()

    yield install
    plugins.discover.cache_clear()
    for name in [name for name in sys.modules if name.startswith("zoo_")]:
        del sys.modules[name]


@pytest.fixture(scope="session")
def without_flock(tmp_path_factory):
    """Return the environment of a process whose file systems lock no files, as some network file systems."""
    if not sys.platform.startswith("linux") or shutil.which("gcc") is None:
        pytest.skip("a library is preloaded, which needs Linux and gcc")
    folder = tmp_path_factory.mktemp("flock")
    (folder / "flock.c").write_text("#include <errno.h>\nint flock(int file, int how) { errno = ENOLCK; return -1; }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "flock.so", folder / "flock.c"], check=True)
    return {"LD_PRELOAD": str(folder / "flock.so")}


@pytest.fixture
def seed(request):
    """Return the seed of what a test draws: fixed, so that a change is judged by itself, and drawn in slow tests.

    `RESTORE_FUZZ_SEED` repeats a seed that a slow test has printed.
    """
    drawn = random.SystemRandom().randrange(1, 10**9) if request.node.get_closest_marker("slow") else SEED
    return int(os.environ.get("RESTORE_FUZZ_SEED") or drawn)


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

"""A run has one holder; who comes second is told who that is."""

import errno
import os
import socket
import subprocess
import sys

import pytest

from restore.errors import RequestError
from restore.runfile import lock
from restore.runfile.lock import held, hold, live_status

HOLDER = """
import sys
from pathlib import Path
from restore.runfile.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(run_path, monkeypatch):
    """Hold the run in another process, until the test ends it."""
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, run_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "held\n"
        yield child
        child.kill()


def test_the_second_process_is_told_pid_and_host(holder, run_path):
    with pytest.raises(RequestError) as refused, hold(run_path):
        pytest.fail("two hold one run")
    # The summary names who wrote the file, which here is the process of the test.
    assert (refused.value.code, refused.value.where) == ("run-in-use", str(run_path))
    assert f"process {os.getpid()} on {socket.gethostname()}" in refused.value.what
    assert held(run_path)
    assert live_status(run_path, "running") == "running"


def test_a_killed_holder_leaves_the_run_free(holder, run_path):
    holder.kill()
    holder.wait()
    assert not held(run_path)
    assert live_status(run_path, "running") == "stopped"
    with hold(run_path):
        assert held(run_path)


def test_a_run_that_is_not_there_yet_is_held_too(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    with hold(tmp_path / "runs" / "new.h5"):
        with pytest.raises(RequestError) as refused, hold(tmp_path / "runs" / "new.h5"):
            pytest.fail("two hold one run")
        assert (refused.value.code, refused.value.where) == ("run-in-use", str(tmp_path / "runs" / "new.h5"))
        with hold(tmp_path / "runs" / "other.h5"):
            pass


def test_looking_makes_nothing(tmp_path):
    assert not held(tmp_path / "run.h5")
    assert live_status(tmp_path / "run.h5", "running") == "stopped"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", ["complete", "failed", "stopped"])
def test_only_running_is_doubted(run_path, status):
    with hold(run_path):
        assert live_status(run_path, status) == status


def test_stale_files_go_when_the_run_is_held(run_path):
    stale = run_path.with_name(f".{run_path.stem}.123.tmp")
    stale.touch()
    with hold(run_path):
        assert not stale.exists()


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "runs").touch()
    with pytest.raises(RequestError) as refused, hold(tmp_path / "runs" / "x.h5"):
        pytest.fail("held")
    assert (refused.value.code, refused.value.where) == ("not-writable", str(tmp_path / "runs"))


def test_a_file_system_without_locks_and_the_way_round(run_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", fail)
    with pytest.raises(RequestError) as refused, hold(run_path):
        pytest.fail("held")
    assert (refused.value.code, refused.value.where) == ("no-locks", str(run_path.parent))
    assert "RESTORE_LOCKS=soft" in refused.value.hint
    monkeypatch.setenv("RESTORE_LOCKS", "soft")
    with hold(run_path):
        assert held(run_path)
    assert not held(run_path)


def test_a_marker_of_another_host_is_named(run_path, monkeypatch):
    monkeypatch.setenv("RESTORE_LOCKS", "soft")
    monkeypatch.setattr(lock, "PATIENCE", 0.1)
    marker = run_path.parent / ".locks" / f"{run_path.stem}.soft"
    marker.parent.mkdir()
    marker.write_text("1\nelsewhere\n")
    with pytest.raises(RequestError) as refused, hold(run_path):
        pytest.fail("held")
    assert refused.value.code == "run-in-use"
    assert str(marker) in refused.value.hint

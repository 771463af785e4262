"""A file system without locks, as a user meets it."""

import os
import subprocess
import sys

import pytest

RUN = ("run", "fingerprint", "--corrupt=box:size=8", "--size=32", "--limit=12", "--epochs=1", "--batch=4", "--name=a")


@pytest.fixture
def cli(tmp_path, without_flock):
    def call(*arguments, **setting):
        environment = {**os.environ, **without_flock, "RESTORE_CACHE": str(tmp_path / "cache"), **setting}
        command = [sys.executable, "-m", "restore", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    return call


def test_doctor_names_the_folders(cli):
    done = cli("doctor", "--quick")
    assert done.returncode == 1
    assert done.stdout.count("no file locks") == 2
    assert "RESTORE_LOCKS=soft" in done.stdout
    assert "no file locks" not in cli("doctor", "--quick", RESTORE_LOCKS="soft").stdout


def test_a_run_is_refused_before_any_work(cli, tmp_path):
    done = cli(*RUN)
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines), lines[1]) == (2, 3, "  runs")
    assert "RESTORE_LOCKS=soft" in lines[-1]
    assert not list(tmp_path.iterdir()), "no image is prepared, no run begun"


@pytest.mark.trains
def test_a_run_with_marker_files(cli, tmp_path):
    done = cli(*RUN, RESTORE_LOCKS="soft")
    assert done.returncode == 0, done.stderr
    assert "lock" not in done.stderr
    assert (tmp_path / "runs" / "a.h5").exists()
    assert not list((tmp_path / "runs" / ".locks").iterdir())
    assert cli("runs", RESTORE_LOCKS="soft").returncode == 0

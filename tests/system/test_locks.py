"""Locks exclude other processes; where the file system has none, marker files do, on demand."""

import os
import subprocess
import sys

import pytest

from restore.errors import RequestError
from restore.system import locks

HOLDER = """
import sys
from pathlib import Path
from restore.system import locks
with locks.hold(Path(sys.argv[1]), patience=0):
    print("held", flush=True)
    sys.stdin.read()
"""
TRY = """
import sys
from pathlib import Path
from restore.system import locks
file = Path(sys.argv[1])
try:
    with locks.hold(file, patience=0):
        print("held", locks.is_held(file))
except OSError as error:
    print(error.errno == locks.UNSUPPORTED)
print(locks.are_supported(file.parent), locks.is_held(file), sorted(path.name for path in file.parent.iterdir()))
"""
KINDS = ("", "soft")


def setting(kind):
    return {name: value for name, value in os.environ.items() if name != locks.SETTING} | (
        {locks.SETTING: kind} if kind else {}
    )


@pytest.fixture
def file(tmp_path):
    return tmp_path / "a.lock"


@pytest.fixture
def holder(file):
    """Hold the lock in other processes, until the test ends them."""
    children = []

    def start(kind):
        child = subprocess.Popen(
            [sys.executable, "-c", HOLDER, file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=setting(kind),
        )
        children.append(child)
        assert child.stdout.readline() == "held\n"
        return child

    yield start
    for child in children:
        with child:
            child.kill()


def use(monkeypatch, kind):
    monkeypatch.setenv(locks.SETTING, kind)


def refused(file):
    with pytest.raises(TimeoutError), locks.hold(file, patience=0):
        pytest.fail("two hold one lock")


@pytest.mark.parametrize("mine", KINDS)
@pytest.mark.parametrize("theirs", KINDS)
def test_one_process_holds_a_lock_of_whichever_kind(mine, theirs, file, holder, monkeypatch):
    use(monkeypatch, mine)
    child = holder(theirs)
    assert locks.is_held(file)
    refused(file)
    child.communicate()
    assert not locks.is_held(file)
    with locks.hold(file, patience=0):
        assert locks.is_held(file)
        refused(file)
    assert not locks.is_held(file)


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_process_of_this_host_leaves_the_lock_free(kind, file, holder, monkeypatch):
    use(monkeypatch, kind)
    child = holder(kind)
    child.kill()
    child.wait()
    assert not locks.is_held(file)
    with locks.hold(file, patience=0):
        assert locks.is_held(file)


def test_a_marker_of_another_host_holds_until_it_is_removed(file, monkeypatch):
    use(monkeypatch, "soft")
    locks.marker_of(file).write_text("1\nelsewhere\n")
    assert locks.is_held(file)
    refused(file)
    locks.marker_of(file).unlink()
    with locks.hold(file, patience=0):
        pass
    assert not locks.marker_of(file).exists()


def test_looking_makes_nothing(file):
    assert not locks.is_held(file)
    assert not list(file.parent.iterdir())


def test_an_unknown_setting(monkeypatch, file):
    use(monkeypatch, "sfot")
    with pytest.raises(RequestError) as error, locks.hold(file):
        pytest.fail("held")
    assert (error.value.code, error.value.where) == ("bad-setting", "$RESTORE_LOCKS")


@pytest.mark.parametrize(
    ("kind", "seen"),
    [("", "True\nFalse False []\n"), ("soft", "held True\nFalse False []\n")],
)
def test_a_file_system_without_locks(kind, seen, file, without_flock):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TRY, file],
        env=setting(kind) | without_flock,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == seen


def test_a_lock_file_that_was_copied_to_such_a_file_system_is_held_by_nobody(file, without_flock):
    file.touch()
    for kind, held in (("", "True"), ("soft", "held True")):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", TRY, file],
            env=setting(kind) | without_flock,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == f"{held}\nFalse False ['a.lock']\n"

from pathlib import Path

import pytest

from restore.plugins.discovery import Plugin
from restore.tasks.doctor import examine

SOUND = Plugin("builtin", "restore-toolkit", "0.1.0", "ok")


@pytest.fixture
def backend(tmp_path, monkeypatch):
    """Put a stand-in for Keras before the real one, for child processes alone."""

    def install(code):
        (tmp_path / "keras.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return install


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))


WORKING = """
class backend:
    backend = staticmethod(lambda: "jax")
class distribution:
    list_devices = staticmethod(lambda: ["cpu:0", "gpu:0"])
print("noise on stdout")
"""


def test_backend_and_devices_are_those_that_a_child_finds(backend, tmp_path):
    backend(WORKING)
    found = examine(tmp_path / "runs", [SOUND])
    assert found.backend == {"backend": "jax", "devices": ["cpu:0", "gpu:0"]}
    assert not any("backend" in fault.what for fault in found.faults)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ImportError('no tensorflow here')", "ImportError: no tensorflow here"),
        ("import os; os.kill(os.getpid(), 4)", "signal 4"),
        ("import os; os._exit(3)", "exit code 3"),
    ],
)
def test_a_backend_that_fails_is_a_fault_and_no_crash(backend, tmp_path, code, said):
    backend(code)
    (fault,) = [one for one in examine(tmp_path / "runs", [SOUND]).faults if "backend" in one.what]
    assert said in fault.what
    assert fault.hint


def test_the_backend_is_left_alone_on_demand(backend, tmp_path):
    backend("raise ImportError")
    assert examine(tmp_path, [SOUND], load_backend=False).backend is None


def test_broken_plugins_and_warnings_are_faults_with_their_owner(tmp_path):
    plugins = [
        Plugin("zoo", "restore-zoo", "1.0", "broken", "no lions"),
        Plugin("slow", "restore-slow", "2.0", "ok", warnings=("importing it took 3 s",)),
        Plugin("off", "restore-off", "3.0", "disabled", "named in RESTORE_DISABLE"),
    ]
    told = [one.what for one in examine(tmp_path, plugins, load_backend=False).faults]
    assert "plugin zoo (restore-zoo 1.0) is broken: no lions" in told
    assert "plugin slow (restore-slow 2.0): importing it took 3 s" in told
    assert not any("off" in one for one in told)


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path):
    proc = Path("/proc/self")
    if not proc.exists():
        pytest.skip("needs a folder that nobody may write to, as /proc")
    found = examine(proc / "runs", [SOUND], load_backend=False)
    assert found.folders[0].writable is False
    assert any("not writable" in one.what and "$RESTORE_RUNS" in one.hint for one in found.faults)


def test_a_file_system_without_locks_is_a_fault_unless_marker_files_are_asked_for(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", fail)
    found = examine(tmp_path / "runs", [SOUND], load_backend=False)
    assert [folder.locks for folder in found.folders] == [False, False]
    hints = [fault.hint for fault in found.faults]
    assert all(
        f"$RESTORE_{use}" in hint and "RESTORE_LOCKS=soft" in hint
        for use, hint in zip(("RUNS", "CACHE"), hints, strict=True)
    )
    monkeypatch.setenv("RESTORE_LOCKS", "soft")
    found = examine(tmp_path / "runs", [SOUND], load_backend=False)
    assert ([folder.locks for folder in found.folders], found.faults) == ([True, True], ())


def test_sizes_are_counted_and_nothing_is_made(tmp_path):
    runs = tmp_path / "runs"
    assert examine(runs, [SOUND], load_backend=False).folders[0].taken == 0
    assert list(tmp_path.iterdir()) == []
    runs.mkdir()
    (runs / "a.h5").write_bytes(b"12345")
    folder = examine(runs, [SOUND], load_backend=False).folders[0]
    assert (folder.taken, folder.writable) == (5, True)
    assert folder.free > 0


def test_keras_settings_that_runs_set_anew_are_noted_with_their_file(tmp_path, monkeypatch):
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    usual = examine(tmp_path, [SOUND], load_backend=False)
    file = tmp_path / "keras.json"
    assert usual.keras == {"file": str(file), "backend": None, "differs": {}}
    file.write_text('{"floatx": "float16", "epsilon": 1e-07, "backend": "jax"}')
    found = examine(tmp_path, [SOUND], load_backend=False)
    assert found.keras == {"file": str(file), "backend": "jax", "differs": {"floatx": "float16"}}
    added = [note for note in found.notes if note not in usual.notes]
    assert [word in note for word, note in zip(("float16", "jax"), added, strict=True)] == [True, True]
    assert all(str(file) in note for note in added)
    assert "epsilon" not in added[0]
    assert found.faults == usual.faults

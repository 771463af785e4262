"""The cache is private, whole or not there, and notices what is damaged."""

import errno
import os
import subprocess
import sys

import numpy as np
import pytest

from restore.errors import WorkError
from restore.pipeline.data.cache import cache_folder, cache_size, fetch, key_of, spool

ROWS = np.random.default_rng(5).integers(0, 65536, (7, 4, 3, 1)).astype(np.uint16)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("RESTORE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data"


def make(writer):
    for number, row in enumerate(ROWS):
        writer.add({"clean": row, "mask": np.full((4, 3), number % 2, np.bool_)})
    return {"names": ["a", "é", "\udcff"]}


def never(_writer):
    raise AssertionError("made again")


def check(entry):
    assert np.array_equal(entry.arrays["clean"], ROWS)
    assert entry.arrays["mask"].dtype == np.bool_
    assert entry.meta == {"names": ["a", "é", "\udcff"]}


def test_made_once_and_mapped(cache):
    entry, cached = fetch("k", make)
    assert not cached
    check(entry)
    again, cached = fetch("k", never)
    assert cached
    check(again)
    assert isinstance(again.arrays["clean"], np.memmap)
    assert not again.arrays["clean"].flags.writeable


def test_others_cannot_look_in(cache):
    fetch("k", make)
    for folder in (cache, cache / "k"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_numpy_reads_the_arrays(cache):
    fetch("k", make)
    assert np.array_equal(np.load(cache / "k" / "clean.npy"), ROWS)


@pytest.mark.parametrize("name", ["clean.npy", "mask.npy", "meta.json", "SHA256SUMS"])
@pytest.mark.parametrize("harm", ["flip", "cut", "remove", "empty"])
def test_what_is_damaged_is_made_again(name, harm, cache):
    fetch("k", make)
    file = cache / "k" / name
    data = file.read_bytes()
    if harm == "remove":
        file.unlink()
    else:
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        file.write_bytes({"flip": flipped, "cut": data[:-3], "empty": b""}[harm])
    entry, cached = fetch("k", make)
    assert not cached
    check(entry)
    assert fetch("k", never)[1]


def test_what_a_killed_process_left_is_removed(cache):
    code = (
        "import os, numpy as np\n"
        "from restore.pipeline.data.cache import fetch\n"
        "def make(writer):\n"
        "    writer.add({'clean': np.zeros((4, 3, 1), np.uint16)})\n"
        "    os.kill(os.getpid(), 9)\n"
        "fetch('k', make)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    assert [path.name for path in cache.glob(".*")] == [".k.tmp"]
    check(fetch("k", make)[0])
    assert not list(cache.glob(".*"))


def test_a_failure_leaves_nothing(cache):
    def broken(writer):
        writer.add({"clean": ROWS[0]})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("k", broken)
    assert {path.name for path in cache.iterdir()} <= {"k.lock"}


def test_a_full_disk_is_told(cache):
    resource = pytest.importorskip("resource")

    def large(writer):
        for _ in range(100):
            writer.add({"clean": np.zeros((100, 100, 1), np.uint16)})
        return {}

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(WorkError) as error:
            fetch("k", large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (error.value.code, error.value.where) == ("not-writable", str(cache))
    assert "--no-cache" in error.value.hint
    assert {path.name for path in cache.iterdir()} <= {"k.lock"}


def test_a_place_that_is_no_folder_is_told(cache):
    cache.parent.mkdir()
    cache.write_text("")
    with pytest.raises(WorkError) as error:
        fetch("k", make)
    assert (error.value.code, error.value.where) == ("not-writable", str(cache))


def test_a_full_disk_is_called_full(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.rename", full)
    with pytest.raises(WorkError) as error:
        fetch("k", make)
    assert error.value.code == "disk-full"


@pytest.fixture
def no_flock(monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", fail)


def test_without_file_locks_nothing_is_cached_and_a_note_says_why(cache, no_flock):
    for _ in range(2):
        entry, cached = fetch("k", make)
        assert not cached
        check(entry)
        assert str(cache) in entry.note
        assert "RESTORE_LOCKS=soft" in entry.note
    assert not list(cache.iterdir())


def test_marker_files_lock_the_cache(cache, no_flock, monkeypatch):
    monkeypatch.setenv("RESTORE_LOCKS", "soft")
    assert not fetch("k", make)[1]
    entry, cached = fetch("k", never)
    assert (cached, entry.note) == (True, "")
    assert [path.name for path in cache.iterdir()] == ["k"]


def test_a_marker_that_stays_held_is_not_waited_for_without_end(cache, monkeypatch):
    monkeypatch.setenv("RESTORE_LOCKS", "soft")
    monkeypatch.setattr("restore.pipeline.data.cache.PATIENCE", 0.1)
    cache.mkdir(parents=True)
    (cache / "k.soft").write_text("1\nelsewhere\n")
    entry, cached = fetch("k", make)
    check(entry)
    assert not cached
    assert str(cache / "k.soft") in entry.note


def test_without_the_cache_nothing_stays(cache, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check(spool(make))
    assert not list(tmp_path.iterdir())


def test_the_size(cache):
    assert cache_size() == 0
    fetch("k", make)
    assert cache_size() > ROWS.nbytes
    assert cache_folder() == cache


def test_keys():
    assert key_of({"a": 1, "b": [2]}) == key_of({"b": [2], "a": 1})
    assert key_of({"a": 1}) != key_of({"a": 2})
    assert os.sep not in key_of({"a": "\udcff"})

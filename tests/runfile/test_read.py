"""Nothing but a whole, sealed run file is read; everything else has its sentence."""

import io
import os
import random

import h5py
import pytest

from restore.errors import InputError
from restore.runfile import hdf5, seal
from restore.runfile.read import read, read_bytes
from restore.runfile.schema import CURRENT
from restore.runfile.tree import digests


def write(tmp_path, data):
    path = tmp_path / "run.h5"
    path.write_bytes(data)
    return path


def other_hdf5(block):
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", userblock_size=block) as file:
        file["x"] = 1
    return buffer.getvalue()


def test_what_was_written_is_read(record, run_path):
    assert digests(CURRENT.pack(read(run_path))) == digests(CURRENT.pack(record))


def refusal(path):
    """Return the code of the refusal of a path."""
    with pytest.raises(InputError) as refused:
        read(path)
    assert refused.value.where == str(path)
    return refused.value.code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: b"", "not-a-run-file"),
        (lambda data: b"id,name\n", "not-a-run-file"),
        (lambda data: other_hdf5(0), "not-a-run-file"),
        (lambda data: other_hdf5(4096), "not-a-run-file"),
        (lambda data: data[:60], "damaged-run-file"),
        (lambda data: data[:13] + b"X" + data[14:], "damaged-run-file"),
        (lambda data: data.replace(b" 1 ", b" 2 ", 1), "newer-schema"),
        (lambda data: data[:-1], "damaged-run-file"),
        (lambda data: data + b"\0", "damaged-run-file"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "damaged-run-file"),
        (lambda data: data.replace(b"running", b"stopped", 1), "damaged-run-file"),
    ],
)
def test_what_is_refused(change, code, sealed, tmp_path):
    assert refusal(write(tmp_path, change(sealed))) == code


def test_a_valid_seal_does_not_hide_a_wrong_block(forge, tmp_path):
    def patch(data):
        return data[:2048] + hdf5.SIGNATURE + data[2056:]  # where HDF5 would look before the true one

    assert refusal(forge(patch=patch)) == "damaged-run-file"


def test_a_valid_seal_does_not_hide_what_is_not_hdf5(tmp_path):
    data = bytes(seal.seal(io.BytesIO(bytes(8192)), seal.checked({"parts": {}})))
    assert refusal(write(tmp_path, data)) == "bad-run-file"


def test_a_missing_file_a_folder_and_a_pipe_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    assert refusal(tmp_path / "none.h5") == "unknown-run"
    for path in (tmp_path, tmp_path / "pipe.h5", os.devnull):
        assert refusal(path) == "not-a-regular-file"


def test_size_comes_before_reading(run_path, monkeypatch):
    monkeypatch.setattr(seal, "LIMIT", 10_000)
    monkeypatch.setattr("restore.runfile.disk.read", lambda *_: pytest.fail("was read"))
    with pytest.raises(InputError) as refused:
        read_bytes(run_path)
    assert refused.value.code == "too-large"
    assert "10,000" in refused.value.what


def assert_all_are_refused(sealed, tmp_path, changed):
    path = tmp_path / "run.h5"
    for data in changed:
        path.write_bytes(data)
        assert refusal(path)


def flipped(data, offset, bit):
    return data[:offset] + bytes([data[offset] ^ 1 << bit]) + data[offset + 1 :]


def test_some_flips_and_truncations_are_refused(sealed, tmp_path):
    rng = random.Random(0)
    offsets = [*range(120), *rng.sample(range(len(sealed)), 80)]
    assert_all_are_refused(sealed, tmp_path, (flipped(sealed, offset, rng.randrange(8)) for offset in offsets))
    assert_all_are_refused(sealed, tmp_path, (sealed[:offset] for offset in offsets))


@pytest.mark.slow
def test_every_flip_and_every_truncation_is_refused(sealed, tmp_path):
    every = range(len(sealed))
    assert_all_are_refused(sealed, tmp_path, (flipped(sealed, offset, offset % 8) for offset in every))
    assert_all_are_refused(sealed, tmp_path, (sealed[:offset] for offset in every))

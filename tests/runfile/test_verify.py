"""Damage is named by where it is, at every byte."""

import json
import os
import random
import signal
import subprocess
import sys
from dataclasses import replace

import h5py
import numpy as np
import pytest
from runfile.parts import PARTS

from restore.errors import InputError
from restore.runfile import hdf5, seal, verify
from restore.runfile.encode import encode
from restore.runfile.verify import SEAL, STRUCTURE, SUMMARY

SECONDS = 2  # that a forked process may take for a file of 50 kB


@pytest.fixture
def forked(monkeypatch):
    """Open damaged files in a fork of this process, twenty times faster; return a list of those that it did not survive."""
    lost = []

    def isolated_digests(data):
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            signal.setitimer(signal.ITIMER_REAL, SECONDS)  # ends it wherever it is
            with os.fdopen(theirs, "w") as answer:
                json.dump(verify.lenient_digests(data), answer)
            os._exit(0)
        os.close(theirs)
        with os.fdopen(ours) as answer:
            text = answer.read()
        if os.waitpid(child, 0)[1]:
            lost.append(data)
            return "HDF5 crashes or hangs on the file"
        return json.loads(text)

    monkeypatch.setattr(verify, "isolated_digests", isolated_digests)
    return lost


def flip(data, offset, mask=1):
    return data[:offset] + bytes([data[offset] ^ mask]) + data[offset + 1 :]


def where(path, data):
    path.write_bytes(data)
    return [finding.part for finding in verify.verify(path)]


def test_an_intact_file_has_no_damage(run_path):
    assert verify.verify(run_path) == []


def test_damage_is_found_by_a_process_of_its_own(sealed, run_path):
    with h5py.File(run_path) as file:
        offset = file["weights/model/000"].id.get_offset()  # already counted from the start of the file
    run_path.write_bytes(flip(sealed, offset))
    assert [finding.part for finding in verify.verify(run_path)] == ["weights"]


def test_a_crash_of_libhdf5_is_damage_of_the_structure(sealed, run_path, monkeypatch):
    run_path.write_bytes(flip(sealed, len(sealed) - 1))
    crash = [sys.executable, "-c", "import os; os.kill(os.getpid(), 11)"]
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda command, **options: run(crash, **options))
    assert [finding.part for finding in verify.verify(run_path)] == [STRUCTURE]


@pytest.mark.usefixtures("forked")
def test_each_place_has_its_name(sealed, run_path):
    length = seal.parse(sealed).length
    with h5py.File(run_path) as file:
        sets = {}
        file.visititems(
            lambda name, item: sets.update({name: item.id.get_offset()}) if hasattr(item, "shape") else None
        )
    for name, offset in sets.items():
        assert where(run_path, flip(sealed, offset)) == [name.split("/")[0]], name
    assert {name.split("/")[0] for name in sets} == set(PARTS) - {"/"}
    assert where(run_path, flip(sealed, sealed.index(b"fingerprint-box", seal.BLOCK))) == ["/"]
    assert where(run_path, flip(sealed, sealed.index(hdf5.SIGNATURE))) == [STRUCTURE]
    for offset in range(0, length, 5):
        assert where(run_path, flip(sealed, offset)) == [SEAL]
    for offset in (length, length + 300, sealed.index(b'"check"') + 20, seal.BLOCK - 1):
        assert where(run_path, flip(sealed, offset)) == [SUMMARY]


@pytest.mark.usefixtures("forked")
def test_truncations_have_their_names(sealed, run_path):
    assert where(run_path, b"") == [SEAL]
    assert where(run_path, sealed[:50]) == [SEAL]
    assert where(run_path, sealed[:500]) == [SUMMARY]
    assert where(run_path, sealed[: seal.BLOCK]) == [STRUCTURE]
    assert where(run_path, sealed + b"\0") == [STRUCTURE]


def test_a_run_file_that_does_not_fit_its_summary_is_damaged(forge):
    assert verify.verify(forge()) == []
    changed = forge(lambda file: file["history/loss"].__setitem__(0, 99))
    assert [finding.part for finding in verify.verify(changed)] == ["history"]
    added = forge(lambda file: file.__setitem__("odd", np.zeros(3)))
    assert [finding.part for finding in verify.verify(added)] == ["odd"]
    refused = forge(lambda file: file.__setitem__("odd", h5py.SoftLink("/plan")))
    (damage,) = verify.verify(refused)
    assert damage.part == STRUCTURE
    assert "/odd" in damage.what


def test_what_is_not_a_regular_file_is_an_input_error(tmp_path):
    os.mkfifo(tmp_path / "pipe.h5")
    with pytest.raises(InputError) as refused:
        verify.verify(tmp_path / "pipe.h5")
    assert refused.value.code == "not-a-regular-file"


def assert_named(sealed, run_path, offsets):
    for offset in offsets:
        named = where(run_path, flip(sealed, offset, 1 << offset % 8))
        assert named, offset
        assert set(named) <= {*PARTS, SEAL, SUMMARY, STRUCTURE} or offset >= seal.BLOCK, (offset, named)


@pytest.mark.usefixtures("forked")
def test_some_flips_are_named(sealed, run_path):
    assert_named(sealed, run_path, random.Random(1).sample(range(len(sealed)), 40))


@pytest.mark.slow
def test_every_flip_is_named(sealed, run_path, forked, figure):
    assert_named(sealed, run_path, range(len(sealed)))
    line = f"a byte changed at each of {len(sealed):,} offsets of a run file: verify named what, every time"
    figure(f"{line}; libhdf5 crashed or hung on {len(forked)}")


@pytest.mark.slow
def test_every_truncation_is_named(sealed, run_path, forked, figure):
    for length in range(len(sealed)):
        assert where(run_path, sealed[:length])
    line = f"{len(sealed):,} truncations of a run file: verify named what, every time"
    figure(f"{line}; libhdf5 crashed or hung on {len(forked)}")


@pytest.mark.slow
@pytest.mark.usefixtures("forked")
def test_flips_of_a_large_file_are_named(record, tmp_path, figure):
    rng = np.random.default_rng(2)
    weights = [(f"v{number}", rng.standard_normal(100_000).astype(np.float32)) for number in range(10)]
    large = bytes(encode(replace(record, weights={"model": weights})))
    for offset in rng.integers(0, len(large), 1000).tolist():
        assert where(tmp_path / "large.h5", flip(large, offset)), offset
    figure(f"a byte changed at 1,000 random offsets of {len(large):,}: verify named what, every time")

"""What libhdf5 does not survive ends in a process of its own, and files of schema 1 are read through one."""

import io
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from restore.errors import InputError
from restore.runfile import isolated, seal
from restore.runfile.read import read

HEAP = struct.pack("<4sB3xQ", b"GCOL", 1, 4096)
"""The header of the heap in which a file of schema 1 keeps its texts of variable length."""


@pytest.fixture
def golden():
    """Return the golden file of schema 1 as bytes, and where its heap begins."""
    data = (Path(__file__).parents[1] / "golden" / "run-schema-1.h5").read_bytes()
    assert data.count(HEAP) == 1
    return data, data.index(HEAP)


def forged(data, offset, raw, path):
    """Write a file with bytes put at an offset, under a right seal."""
    changed = bytearray(data)
    changed[: seal.BLOCK] = bytes(seal.BLOCK)
    changed[offset : offset + len(raw)] = raw
    path.write_bytes(seal.seal(io.BytesIO(bytes(changed)), seal.checked({"parts": {}})))
    return path


def test_a_heap_without_end_is_refused_in_time(golden, tmp_path, monkeypatch):
    """An object of no kind and no size: libhdf5 1.14.6 looks for the next one in the same place for ever."""
    data, heap = golden
    monkeypatch.setattr(isolated, "SECONDS", 5)
    with pytest.raises(InputError) as refused:
        read(forged(data, heap + len(HEAP), bytes(16), tmp_path / "forged.h5"))
    assert refused.value.code == "bad-run-file"


def test_a_text_that_claims_gigabytes_is_refused(golden, tmp_path):
    data, heap = golden
    claim = struct.pack("<IQI", len("restore-run"), heap - seal.BLOCK, 1)
    assert data.count(claim) == 1
    huge = struct.pack("<I", 2**32 - 1)
    with pytest.raises(InputError) as refused:
        read(forged(data, data.index(claim), huge, tmp_path / "forged.h5"))
    assert refused.value.code == "bad-run-file"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_memory_is_bounded():
    code = f"from restore.runfile.isolated import limit; limit(1000); bytearray({isolated.ROOM} + 10**6)"
    child = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert child.returncode == 1
    assert child.stderr.endswith("MemoryError\n")


def test_a_crash_is_an_error():
    with pytest.raises(subprocess.CalledProcessError):
        isolated.call("os:abort", b"")

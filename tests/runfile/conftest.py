"""What the tests of the run file share: a small record of everything, and files of any content under a right seal."""

import io
import runpy
from pathlib import Path

import h5py
import pytest

from restore.runfile import hdf5, seal
from restore.runfile.encode import encode
from restore.runfile.schema import CURRENT
from restore.runfile.tree import digests

GOLDEN = Path(__file__).parents[1] / "golden"
MAKE = runpy.run_path(str(GOLDEN / "make.py"))


@pytest.fixture(scope="session")
def record():
    return MAKE["sample"]()


@pytest.fixture(scope="session")
def sealed(record):
    return bytes(encode(record))


@pytest.fixture
def run_path(tmp_path, sealed):
    path = tmp_path / "fingerprint-box-0123456789ab.h5"
    path.write_bytes(sealed)
    return path


@pytest.fixture
def forge(record, tmp_path):
    """Write the sample file with `change` made to its open HDF5 file, or to its bytes, under a right seal."""

    def write(change=None, *, patch=None, fields=None):
        tree = CURRENT.pack(record)
        data = changed(hdf5.dump(tree), change)
        if patch is not None:
            data = patch(data)
        summary = {"parts": digests(tree), "content": seal.content(data)} if fields is None else fields
        return sealed_anew(data, tmp_path / "forged.h5", summary)

    return write


@pytest.fixture
def forge_1(tmp_path):
    """Write the golden file of schema 1 with `change` made to its open HDF5 file, under a right seal."""

    def write(change):
        data = (GOLDEN / "run-schema-1.h5").read_bytes()
        buffer = io.BytesIO(bytes(seal.BLOCK) + data[seal.BLOCK :])
        return sealed_anew(changed(buffer, change), tmp_path / "forged.h5", {"parts": {}})

    return write


def changed(buffer, change):
    """Return the bytes of an HDF5 file in memory with `change` made to it."""
    if change is not None:
        with h5py.File(buffer, "r+") as file:
            change(file)
    return buffer.getvalue()


def sealed_anew(data, path, summary):
    path.write_bytes(seal.seal(io.BytesIO(data), seal.checked(summary)))
    return path
